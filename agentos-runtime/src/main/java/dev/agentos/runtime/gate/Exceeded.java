package dev.agentos.runtime.gate;

import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.security.Action;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * A bound that was met.
 *
 * @param account whose bound it is: the acting agent's or that of an ancestor
 */
public record Exceeded(LimitAccount account, Limit limit) {
    /** {@return what the acting code gets to see} */
    public LimitExceededException exception() {
        return exception("");
    }

    /**
     * {@return what the acting code gets to see}
     *
     * @param why there is no more, as the end of a sentence
     */
    public LimitExceededException exception(String why) {
        return new LimitExceededException(account.address(), limit, maximum(), why);
    }

    /** {@return what a person is asked for} */
    public Action more() {
        BigDecimal bound = account.bound(limit);
        Object maximum = bound == null ? maximum() : bound;
        BigDecimal used = account.usedOf(limit);
        return Action.of("limit:" + limit, "extend")
                .with("used", used == null ? maximum : used)
                .with("maximum", maximum);
    }

    /** {@return whether its owner wants to be paused and asked} */
    public boolean pausesAndAsks() {
        return account.limits().onExceed() == Limits.OnExceed.PAUSE_AND_ASK;
    }

    /** {@return what is told of it} */
    public SystemEvent.LimitReached event() {
        return new SystemEvent.LimitReached(account.address(), limit, maximum());
    }

    /** {@return the bound as text with its unit} */
    public String maximum() {
        if (limit == Limit.TOOL_CALL_RATE) {
            return String.valueOf(account.limits().toolCallRate());
        }
        BigDecimal bound = account.bound(limit);
        String text = bound == null ? "unbounded" : bound.toPlainString();
        return switch (limit) {
            case WALL_TIME, TURN_TIME -> bound == null ? text : seconds(bound);
            case TURNS -> text + " turns";
            case MESSAGES -> text + " messages";
            case TOOL_CALLS -> text + " tool calls";
            case TOOL_CALLS_PER_TURN -> text + " tool calls in one turn";
            case IDENTICAL_CALLS -> text + " identical calls in a row";
            case CHILDREN -> text + " living children";
            case DEPTH -> text + " levels below";
            case TOKENS -> text + " tokens";
            case MONEY, TOOL_CALL_RATE -> text;
        };
    }

    private static String seconds(BigDecimal bound) {
        long whole = bound.longValue();
        return Duration.ofSeconds(
                        whole,
                        bound.subtract(BigDecimal.valueOf(whole))
                                .movePointRight(9)
                                .longValue())
                .toString();
    }
}
