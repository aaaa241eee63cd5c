package dev.agentos.examples.trading;

import java.util.List;

/**
 * What the desk completes with.
 *
 * @param curve equity at the end of each bar
 */
record Session(Plan plan, Ledger ledger, List<Bar> bars, List<Mark> curve) {
    Session {
        bars = List.copyOf(bars);
        curve = List.copyOf(curve);
    }

    static Session of(Plan plan, Report.Decisions decisions, Report.Book book) {
        return new Session(plan, Ledger.of(plan, decisions, book), decisions.bars(), book.curve());
    }
}
