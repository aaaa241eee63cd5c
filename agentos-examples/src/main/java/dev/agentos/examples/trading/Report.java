package dev.agentos.examples.trading;

import dev.agentos.api.message.Request;
import java.math.BigDecimal;
import java.util.List;

/** What the desk is told by its agents. */
sealed interface Report {
    /** Equity has fallen too far below its peak. */
    record Alarm(Mark mark) implements Report {}

    /**
     * A day of the market begins for a strategy, which waits for what it may do on it. The answer is the number of the grant
     * that it is lent.
     *
     * @param position what it holds, in bitcoin
     * @param tick the first trade of the day
     */
    record Morning(String trader, BigDecimal position, Feed.Tick tick) implements Report, Request<Long> {}

    /** A strategy is done. */
    record Decisions(String trader, List<Bar> bars, int signals, int placed, List<Denial> denials) implements Report {
        public Decisions {
            bars = List.copyOf(bars);
            denials = List.copyOf(denials);
        }
    }

    /**
     * The broker is done.
     *
     * @param trades how many it has seen
     * @param open orders that no trade came after
     * @param curve equity at the end of each bar and at the end of all
     */
    record Book(
            long trades,
            List<Fill> fills,
            List<Rejection> rejections,
            List<Order> open,
            List<Mark> curve,
            List<Alarm> alarms,
            BigDecimal cash,
            BigDecimal position,
            BigDecimal fees)
            implements Report {
        public Book {
            fills = List.copyOf(fills);
            rejections = List.copyOf(rejections);
            open = List.copyOf(open);
            curve = List.copyOf(curve);
            alarms = List.copyOf(alarms);
        }
    }
}
