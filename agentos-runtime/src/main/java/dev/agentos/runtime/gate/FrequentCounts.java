package dev.agentos.runtime.gate;

import dev.agentos.api.Limit;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Messages and turns of one account, counted where they happen. A superclass and not a part: there are a million of them, and an object
 * each would cost more than the numbers. Thread-safe.
 */
abstract class FrequentCounts {
    private static final VarHandle TURNS = counter("turns");
    private static final VarHandle MESSAGES = counter("messages");

    @SuppressWarnings("unused") // by its VarHandle, like the other
    private long turns;

    @SuppressWarnings("unused")
    private long messages;

    final void addOwn(Limit limit, long amount) {
        handle(limit).getAndAdd(this, amount);
    }

    /** Adds what another has counted. */
    final void addOwn(FrequentCounts other) {
        addOwn(Limit.MESSAGES, other.own(Limit.MESSAGES));
        addOwn(Limit.TURNS, other.own(Limit.TURNS));
    }

    final void reportOwn(Map<Limit, BigDecimal> used) {
        LimitCounters.put(used, Limit.MESSAGES, own(Limit.MESSAGES));
        LimitCounters.put(used, Limit.TURNS, own(Limit.TURNS));
    }

    private long own(Limit limit) {
        return (long) handle(limit).getVolatile(this);
    }

    private static VarHandle handle(Limit limit) {
        return limit == Limit.TURNS ? TURNS : MESSAGES;
    }

    private static VarHandle counter(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(FrequentCounts.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
