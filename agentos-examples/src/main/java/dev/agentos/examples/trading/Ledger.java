package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;

/**
 * What the desk did and what came of it; the same for the same trades and plan.
 *
 * @param alarms when equity had fallen too far below its peak
 * @param cuts which strategies lost their right to trade
 */
record Ledger(
        Counts counts,
        Money money,
        List<Fill> fills,
        List<Denial> denials,
        List<Rejection> rejections,
        List<Mark> alarms,
        List<Cut> cuts) {

    /**
     * How many there were of each.
     *
     * @param signals crossings of the averages
     * @param orders those that passed the gate
     * @param denied those that did not
     * @param rejected those that the broker did not take
     * @param open those that no trade came after
     * @param cuts strategies that lost their right to trade
     */
    record Counts(
            long trades,
            int bars,
            int signals,
            int orders,
            int denied,
            int filled,
            int rejected,
            int open,
            int alarms,
            int cuts) {}

    /**
     * In dollars to the cent; the position in bitcoin.
     *
     * @param equity cash, and the position at the last price
     * @param profit equity less the cash at the beginning
     * @param drawdown the furthest that equity was below an earlier peak at the end of a bar
     * @param drawdownShare the largest share of an earlier peak that it was below
     */
    record Money(
            BigDecimal start,
            BigDecimal cash,
            BigDecimal position,
            BigDecimal price,
            BigDecimal equity,
            BigDecimal profit,
            BigDecimal fees,
            BigDecimal drawdown,
            BigDecimal drawdownShare) {}

    Ledger {
        fills = List.copyOf(fills);
        denials = List.copyOf(denials);
        rejections = List.copyOf(rejections);
        alarms = List.copyOf(alarms);
        cuts = List.copyOf(cuts);
    }

    static Ledger of(Plan plan, List<Report.Decisions> decisions, Report.Book book, List<Cut> cuts) {
        List<Denial> denials = decisions.stream()
                .flatMap(each -> each.denials().stream())
                .sorted(Comparator.comparing(Denial::order))
                .toList();
        int closing = cuts.stream().mapToInt(cut -> cut.closing().size()).sum();
        var counts = new Counts(
                book.trades(),
                decisions.getFirst().bars().size(),
                decisions.stream().mapToInt(Report.Decisions::signals).sum(),
                decisions.stream().mapToInt(Report.Decisions::placed).sum() + closing,
                denials.size(),
                book.fills().size(),
                book.rejections().size(),
                book.open().size(),
                book.alarms().size(),
                cuts.size());
        List<Mark> alarms = book.alarms().stream().map(Report.Alarm::mark).toList();
        List<Cut> sorted = cuts.stream()
                .sorted(Comparator.comparing(Cut::time).thenComparing(Cut::trader))
                .toList();
        return new Ledger(counts, money(plan, book), book.fills(), denials, book.rejections(), alarms, sorted);
    }

    private static Money money(Plan plan, Report.Book book) {
        BigDecimal start = Decimals.cents(plan.cash());
        BigDecimal price = book.curve().isEmpty()
                ? BigDecimal.ZERO
                : book.curve().getLast().price();
        BigDecimal equity = Decimals.cents(book.cash().add(book.position().multiply(price)));
        return new Money(
                start,
                book.cash(),
                book.position(),
                Decimals.cents(price),
                equity,
                equity.subtract(start),
                book.fees(),
                most(book.curve().stream().map(Mark::drawdown).toList()),
                most(book.curve().stream().map(Mark::drawdownShare).toList()));
    }

    private static BigDecimal most(List<BigDecimal> values) {
        return values.stream().max(Comparator.naturalOrder()).orElse(BigDecimal.ZERO);
    }
}
