package dev.agentos.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bounds on what one agent and its descendants use.
 *
 * @param max the bound of each limit; durations in seconds; a limit that is absent is not bounded
 * @param toolCallRate bound on tool calls in a sliding window; null if there is none
 * @param onExceed what happens when a bound is met
 * @since 0.1
 */
public record Limits(Map<Limit, BigDecimal> max, @Nullable Rate toolCallRate, OnExceed onExceed) {
    private static final Limits DEFAULTS = new Limits(
            Map.of(
                    Limit.TOOL_CALLS_PER_TURN, BigDecimal.valueOf(256),
                    Limit.IDENTICAL_CALLS, BigDecimal.valueOf(10),
                    Limit.TURN_TIME, BigDecimal.valueOf(300),
                    Limit.CHILDREN, BigDecimal.valueOf(1_000),
                    Limit.DEPTH, BigDecimal.valueOf(16)),
            null,
            OnExceed.FAIL);

    /** What happens when a bound is met. */
    public enum OnExceed {
        /** The action throws a {@code LimitExceededException}; a time limit terminates the agent. */
        FAIL,
        /**
         * The agent is paused with the limit as the reason, and a ticket waits in {@code os.approvals()}: an approval, or a resume by
         * hand, grants as much again. If it is denied, or expires, it is as with {@link #FAIL}. Where the limit is an
         * ancestor's, the action fails at once.
         */
        PAUSE_AND_ASK
    }

    /** Checks the bounds and copies them. */
    public Limits {
        var copy = new EnumMap<Limit, BigDecimal>(Limit.class);
        max.forEach((limit, bound) -> {
            if (bound.signum() < 0) {
                throw new IllegalArgumentException("limit " + limit + " is negative: " + bound);
            }
            if (limit == Limit.TOOL_CALL_RATE) {
                throw new IllegalArgumentException("limit " + limit + " has a window: it is no bound, but a rate");
            }
            copy.put(limit, plain(bound));
        });
        max = java.util.Collections.unmodifiableMap(copy);
        Objects.requireNonNull(onExceed, "onExceed");
    }

    /** One spelling for one bound, and that of people: 1000, not 1E+3 or 1000.000; else equal limits would differ. */
    private static BigDecimal plain(BigDecimal bound) {
        BigDecimal stripped = bound.stripTrailingZeros();
        return stripped.scale() < 0 && stripped.scale() > -30 ? stripped.setScale(0) : stripped;
    }

    /**
     * {@return the bounds that hold unless a spec or the builder says otherwise} Per turn 256 tool calls and, for a
     * reactive agent, 5 minutes; 10 identical calls in a row; 1,000 living children; 16 levels. No bound on a whole life.
     */
    public static Limits defaults() {
        return DEFAULTS;
    }

    /** {@return no bounds at all: the loud opt-out} */
    public static Limits unlimited() {
        return new Limits(Map.of(), null, OnExceed.FAIL);
    }

    /** {@return a builder that starts from {@link #defaults()}, not from nothing} */
    public static Builder builder() {
        return new Builder(DEFAULTS);
    }

    /** {@return a builder that starts from these bounds} */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** {@return the bound of one limit; null if there is none} */
    public @Nullable BigDecimal bound(Limit limit) {
        return max.get(limit);
    }

    /** Collects bounds. Not thread-safe. */
    public static final class Builder {
        private final EnumMap<Limit, BigDecimal> max = new EnumMap<>(Limit.class);
        private @Nullable Rate rate;
        private OnExceed onExceed;

        private Builder(Limits from) {
            max.putAll(from.max);
            rate = from.toolCallRate;
            onExceed = from.onExceed;
        }

        /** Bounds the time of a life. */
        public Builder wallTime(Duration most) {
            return bound(Limit.WALL_TIME, seconds(Limit.WALL_TIME, most));
        }

        /** Bounds the time of one turn. */
        public Builder turnTime(Duration most) {
            return bound(Limit.TURN_TIME, seconds(Limit.TURN_TIME, most));
        }

        /** Bounds the messages handled. */
        public Builder turns(long most) {
            return bound(Limit.TURNS, BigDecimal.valueOf(most));
        }

        /** Bounds the messages sent. */
        public Builder messages(long most) {
            return bound(Limit.MESSAGES, BigDecimal.valueOf(most));
        }

        /** Bounds the tool calls of a life. */
        public Builder toolCalls(long most) {
            return bound(Limit.TOOL_CALLS, BigDecimal.valueOf(most));
        }

        /** Bounds the tool calls of one turn. */
        public Builder toolCallsPerTurn(long most) {
            return bound(Limit.TOOL_CALLS_PER_TURN, BigDecimal.valueOf(most));
        }

        /** Bounds identical calls in a row. */
        public Builder identicalCalls(long most) {
            return bound(Limit.IDENTICAL_CALLS, BigDecimal.valueOf(most));
        }

        /** Bounds the tool calls in a sliding window. */
        public Builder toolCallsPer(long count, Duration window) {
            rate = new Rate(count, window);
            return this;
        }

        /** Bounds the children alive at one time. */
        public Builder children(long most) {
            return bound(Limit.CHILDREN, BigDecimal.valueOf(most));
        }

        /** Bounds the levels of agents below. */
        public Builder depth(long most) {
            return bound(Limit.DEPTH, BigDecimal.valueOf(most));
        }

        /** Bounds the tokens charged. */
        public Builder tokens(long most) {
            return bound(Limit.TOKENS, BigDecimal.valueOf(most));
        }

        /** Bounds the money charged. */
        public Builder money(BigDecimal most) {
            return bound(Limit.MONEY, most);
        }

        /** Says what happens when a bound is met; {@link OnExceed#FAIL} unless said. */
        public Builder onExceed(OnExceed reaction) {
            onExceed = Objects.requireNonNull(reaction, "reaction");
            return this;
        }

        /** Sets one bound; durations in seconds. */
        public Builder bound(Limit limit, BigDecimal most) {
            if (limit == Limit.TOOL_CALL_RATE) {
                throw new IllegalArgumentException("a rate has a window: use toolCallsPer(count, window)");
            }
            max.put(limit, Objects.requireNonNull(most, "most"));
            return this;
        }

        /** {@return the bounds so far} */
        public Limits build() {
            return new Limits(max, rate, onExceed);
        }

        private static BigDecimal seconds(Limit limit, Duration most) {
            if (!most.isPositive()) {
                throw new IllegalArgumentException("limit " + limit + " is not positive: " + most);
            }
            return BigDecimal.valueOf(most.getSeconds()).add(BigDecimal.valueOf(most.getNano(), 9));
        }
    }
}
