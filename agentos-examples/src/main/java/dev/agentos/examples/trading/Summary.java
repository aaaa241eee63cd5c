package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Formatter;
import java.util.Locale;

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
        out.format(
                "  signals     %d crossings of the averages of %d and %d bars%n",
                counts.signals(), plan.shortBars(), plan.longBars());
        out.format("  orders      %d passed the gate, %d were denied%n", counts.orders(), counts.denied());
        if (counts.denied() > 0) {
            Order first = session.ledger().denials().getFirst().order();
            out.format(
                    "              first denied: %s, %s of %,.2f USD, under '%s'%n",
                    first.name(), first.side(), first.notional(), plan.orderRight());
        }
        out.format("  fills       %d; %d rejected, %d open%n", counts.filled(), counts.rejected(), counts.open());
    }

    private void money(Ledger.Money money) {
        out.format("  profit      %+,.2f USD, from %,.2f to %,.2f%n", money.profit(), money.start(), money.equity());
        out.format("  fees        %,.2f USD%n", money.fees());
        out.format(
                "  drawdown    %,.2f USD at most, %.1f %%%n",
                money.drawdown(), money.drawdownShare().movePointRight(2));
    }
}
