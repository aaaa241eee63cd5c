package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Formatter;
import java.util.Locale;
import java.util.stream.Collectors;

/** The ledger in words and figures, for a terminal. */
final class Summary {
    private final Formatter out = new Formatter(Locale.ROOT);

    private Summary() {}

    /** {@return what a session came to} */
    static String of(Session session, BigDecimal messages, Duration wallTime, ResultFolder files) {
        var summary = new Summary();
        summary.counts(session);
        summary.money(session.ledger().money());
        summary.out.format("  messages    %,d in %.2f s%n%n", messages.longValueExact(), wallTime.toMillis() / 1_000.0);
        summary.out.format("  ledger      %s%n", files.ledger());
        summary.out.format("  action log  %s%n", files.actions());
        summary.out.format("  report      %s%n", files.report());
        return summary.out.toString();
    }

    private void counts(Session session) {
        var counts = session.ledger().counts();
        var plan = session.plan();
        out.format("%n  trades      %,d of bitcoin, in dollars, at Bitstamp%n", counts.trades());
        out.format(
                "  bars        %,d of %d minutes%n", counts.bars(), plan.bar().toMinutes());
        out.format("  signals     %d crossings of averages: %s%n", counts.signals(), strategies(plan));
        out.format("  orders      %d passed the gate, %d were denied%n", counts.orders(), counts.denied());
        if (counts.denied() > 0) {
            Order first = session.ledger().denials().getFirst().order();
            out.format(
                    "              first denied: %s, %s of %,.2f USD, over %,.0f%n",
                    first.name(), first.side(), first.notional(), plan.notionalLimit());
        }
        session.ledger().cuts().forEach(cut -> cut(cut, session.ledger()));
        out.format("  fills       %d; %d rejected, %d open%n", counts.filled(), counts.rejected(), counts.open());
    }

    private static String strategies(Plan plan) {
        return plan.slices().stream()
                .map(slice -> slice.trader() + " of " + slice.shortBars() + " and " + slice.longBars() + " bars")
                .collect(Collectors.joining(", "));
    }

    private void cut(Cut cut, Ledger ledger) {
        long after = ledger.denials().stream()
                .filter(denial -> denial.order().trader().equals(cut.trader())
                        && !denial.time().isBefore(cut.time()))
                .count();
        out.format(
                "  revoked     %s on %s, after %,.2f USD in a day; %d of its orders were denied since%n",
                cut.trader(), cut.time().toString().substring(0, 10), cut.turnover(), after);
    }

    private void money(Ledger.Money money) {
        out.format("  profit      %+,.2f USD, from %,.2f to %,.2f%n", money.profit(), money.start(), money.equity());
        out.format("  fees        %,.2f USD%n", money.fees());
        out.format(
                "  drawdown    %,.2f USD at most, %.1f %%%n",
                money.drawdown(), money.drawdownShare().movePointRight(2));
    }
}
