package dev.agentos.runtime.gate;

import dev.agentos.api.Limit;
import dev.agentos.api.Rate;
import dev.agentos.api.json.JsonObject;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** What one account has counted. Thread-safe. */
final class LimitCounters {
    /** Messages and turns of descendants that have ended. */
    private static final int ENDED_MESSAGES = 5;

    private static final int ENDED_TURNS = 6;
    private static final int SLOTS = 7;

    private final AtomicLongArray counts = new AtomicLongArray(SLOTS);
    /** The rest is rare. Under this. */
    private BigDecimal tokens = BigDecimal.ZERO;

    private BigDecimal money = BigDecimal.ZERO;
    private @Nullable RateWindow window;
    private @Nullable LatestCall latest;
    /** How often as much was granted again. Replaced under this, read without. */
    private volatile @Nullable Map<Limit, Long> extensions;

    /** The latest tool call and how often in a row it was made. The outcome is kept as its hash: it may be large. */
    private record LatestCall(String tool, JsonObject arguments, int outcome, long times) {
        boolean isOf(String otherTool, JsonObject otherArguments) {
            return tool.equals(otherTool) && arguments.equals(otherArguments);
        }
    }

    /** Adds, unless that passes the bound. */
    boolean tryAdd(Limit limit, long amount, long bound) {
        int at = slot(limit);
        if (bound == LimitPolicy.NONE) {
            counts.getAndAdd(at, amount);
            return true;
        }
        long seen = counts.get(at);
        while (amount <= bound - seen) {
            long witness = counts.compareAndExchange(at, seen, seen + amount);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    long count(Limit limit) {
        return counts.get(slot(limit));
    }

    void add(Limit limit, long amount) {
        counts.getAndAdd(slot(limit), amount);
    }

    /** Adds what a child has counted whose life is over, and those below it before. */
    void addEnded(long messages, long turns, @Nullable LimitCounters ofChild) {
        counts.getAndAdd(ENDED_MESSAGES, messages + (ofChild == null ? 0 : ofChild.counts.get(ENDED_MESSAGES)));
        counts.getAndAdd(ENDED_TURNS, turns + (ofChild == null ? 0 : ofChild.counts.get(ENDED_TURNS)));
    }

    void reportEnded(Map<Limit, BigDecimal> used) {
        put(used, Limit.MESSAGES, counts.get(ENDED_MESSAGES));
        put(used, Limit.TURNS, counts.get(ENDED_TURNS));
    }

    private static int slot(Limit limit) {
        return switch (limit) {
            case TOOL_CALLS -> 0;
            case TOOL_CALLS_PER_TURN -> 1;
            case CHILDREN -> 2;
            case MESSAGES -> 3;
            case TURNS -> 4;
            case WALL_TIME, TURN_TIME, IDENTICAL_CALLS, TOOL_CALL_RATE, DEPTH, TOKENS, MONEY ->
                throw new IllegalArgumentException(limit + " is not a counter");
        };
    }

    synchronized void charge(Limit limit, BigDecimal amount) {
        if (limit == Limit.TOKENS) {
            tokens = tokens.add(amount);
        } else {
            money = money.add(amount);
        }
    }

    synchronized BigDecimal charged(Limit limit) {
        return limit == Limit.TOKENS ? tokens : money;
    }

    synchronized RateWindow window(Rate rate) {
        RateWindow present = window;
        if (present == null) {
            present = new RateWindow(rate);
            window = present;
        }
        return present;
    }

    /** How often in a row the latest call was made, if this is the same; 0 if it is another. */
    synchronized long identicalTo(String tool, JsonObject arguments) {
        LatestCall call = latest;
        return call != null && call.isOf(tool, arguments) ? call.times : 0;
    }

    synchronized void remember(String tool, JsonObject arguments, Object outcome) {
        LatestCall before = latest;
        int hash = outcome.hashCode();
        boolean same = before != null && before.outcome == hash && before.isOf(tool, arguments);
        latest = new LatestCall(tool, arguments, hash, same && before != null ? before.times + 1 : 1);
    }

    void newTurn() {
        int perTurn = slot(Limit.TOOL_CALLS_PER_TURN);
        if (counts.get(perTurn) != 0) {
            counts.set(perTurn, 0);
            forgetLatest();
        }
    }

    private synchronized void forgetLatest() {
        latest = null;
    }

    synchronized void extend(Limit limit) {
        var more = new EnumMap<Limit, Long>(Limit.class);
        Map<Limit, Long> before = extensions;
        if (before != null) {
            more.putAll(before);
        }
        switch (limit) {
            // These start anew; a higher bound would stay for good.
            case IDENTICAL_CALLS -> latest = null;
            case TOOL_CALLS_PER_TURN -> counts.set(slot(limit), 0);
            case TOOL_CALL_RATE -> {
                if (window != null) {
                    window.clear();
                }
            }
            case WALL_TIME, TURN_TIME, TURNS, MESSAGES, TOOL_CALLS, CHILDREN, DEPTH, TOKENS, MONEY ->
                more.merge(limit, 1L, Long::sum);
        }
        extensions = more;
    }

    long grantedTimes(Limit limit) {
        Map<Limit, Long> more = extensions;
        return more == null ? 1 : 1 + more.getOrDefault(limit, 0L);
    }

    long granted(Limit limit, long once) {
        Map<Limit, Long> more = extensions;
        if (more == null) {
            return once;
        }
        long times = grantedTimes(limit);
        return once > LimitPolicy.NONE / times ? LimitPolicy.NONE - 1 : once * times;
    }

    /** Messages and turns are reported by those who counted them. */
    void report(Map<Limit, BigDecimal> used) {
        put(used, Limit.TOOL_CALLS, counts.get(slot(Limit.TOOL_CALLS)));
        put(used, Limit.TOOL_CALLS_PER_TURN, counts.get(slot(Limit.TOOL_CALLS_PER_TURN)));
        put(used, Limit.CHILDREN, counts.get(slot(Limit.CHILDREN)));
        synchronized (this) {
            add(used, Limit.TOKENS, tokens);
            add(used, Limit.MONEY, money);
        }
    }

    static void put(Map<Limit, BigDecimal> used, Limit limit, long amount) {
        add(used, limit, BigDecimal.valueOf(amount));
    }

    private static void add(Map<Limit, BigDecimal> used, Limit limit, BigDecimal amount) {
        if (amount.signum() != 0) {
            used.merge(limit, amount, BigDecimal::add);
        }
    }
}
