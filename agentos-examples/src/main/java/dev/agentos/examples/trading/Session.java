package dev.agentos.examples.trading;

import java.util.List;

/**
 * What the desk completes with.
 *
 * @param bars what the first strategy of the plan has read in each bar
 * @param curve equity at the end of each bar
 */
record Session(Plan plan, Ledger ledger, List<Bar> bars, List<Mark> curve) {
    Session {
        bars = List.copyOf(bars);
        curve = List.copyOf(curve);
    }

    static Session of(Plan plan, List<Report.Decisions> decisions, Report.Book book, List<Cut> cuts) {
        return new Session(
                plan,
                Ledger.of(plan, decisions, book, cuts),
                decisions.getFirst().bars(),
                book.curve());
    }
}
