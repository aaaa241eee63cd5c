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

    private static final VarHandle MESSAGES_OF_TURNS = counter("messagesOfTurns");

    /** Written by the turns themselves, of which there is one at a time: no other thread adds, so this one needs no lock prefix. */
    @SuppressWarnings("unused") // by its VarHandle, like the others
    private long turns;

    /** Those that the turns send, by their own threads: written like the above. */
    @SuppressWarnings("unused")
    private long messagesOfTurns;

    /** Those that other threads send. */
    @SuppressWarnings("unused")
    private long messages;

    /** Adds to what this agent did itself; turns within a turn only. Each handle is a constant here: chosen by an expression, it is slow. */
    final void addOwn(Limit limit, long amount, boolean byTurn) {
        if (limit == Limit.TURNS) {
            TURNS.setOpaque(this, (long) TURNS.getOpaque(this) + amount);
        } else if (byTurn) {
            MESSAGES_OF_TURNS.setOpaque(this, (long) MESSAGES_OF_TURNS.getOpaque(this) + amount);
        } else {
            MESSAGES.getAndAdd(this, amount);
        }
    }

    final void reportOwn(Map<Limit, BigDecimal> used) {
        LimitCounters.put(used, Limit.MESSAGES, ownMessages());
        LimitCounters.put(used, Limit.TURNS, ownTurns());
    }

    final long ownMessages() {
        return (long) MESSAGES.getVolatile(this) + (long) MESSAGES_OF_TURNS.getVolatile(this);
    }

    final long ownTurns() {
        return (long) TURNS.getVolatile(this);
    }

    private static VarHandle counter(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(FrequentCounts.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
