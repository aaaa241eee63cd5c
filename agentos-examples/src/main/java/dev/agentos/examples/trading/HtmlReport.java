package dev.agentos.examples.trading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A session as one HTML page that needs nothing else: the charting library, from the class path, is inside. */
final class HtmlReport {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z.]+)}}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM yyyy HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private HtmlReport() {}

    static String of(Session session) {
        Map<String, String> parts = Map.of(
                "uplot.css", resource(UPLOT + "uPlot.min.css"),
                "uplot.js", resource(UPLOT + "uPlot.iife.min.js"),
                "data", ChartData.of(session).toString().replace("<", "\\u003c"),
                "subtitle", subtitle(session),
                "tiles", tiles(session.ledger()),
                "right", right(session.plan()),
                "denials", denials(session.ledger().denials()),
                "fills", fills(session.ledger().fills()),
                "alarms", alarms(session.ledger().alarms()),
                "cuts", cuts(session.ledger().cuts()));
        // In one pass: what is put in may look like a place itself.
        return PLACE.matcher(resource("report.html"))
                .replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
    }

    private static String resource(String name) {
        try (var stream = HtmlReport.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String subtitle(Session session) {
        var counts = session.ledger().counts();
        return escape(String.format(
                Locale.ROOT,
                "%,d trades of bitcoin at Bitstamp in %,d bars of %d minutes; %d crossings of averages by %d strategies.",
                counts.trades(),
                counts.bars(),
                session.plan().bar().toMinutes(),
                counts.signals(),
                session.plan().slices().size()));
    }

    private static String tiles(Ledger ledger) {
        var counts = ledger.counts();
        var money = ledger.money();
        String sign = money.profit().signum() < 0 ? "bad" : "good";
        return tile("profit", sign, "%+,.2f", money.profit())
                + tile("equity", "", "%,.2f", money.equity())
                + tile("fees", "", "%,.2f", money.fees())
                + tile("deepest drawdown", "", "%.1f %%", percent(money.drawdownShare()))
                + tile("fills", "", "%d", counts.filled())
                + tile("denied orders", "", "%d", counts.denied());
    }

    private static String tile(String name, String style, String format, Object value) {
        return "<div class=\"tile\"><span>" + name + "</span><b class=\"" + style + "\">"
                + String.format(Locale.ROOT, format, value) + "</b></div>";
    }

    private static String right(Plan plan) {
        return "The desk holds <code>" + escape(plan.orderRight()) + "</code> and lends each strategy a slice: "
                + plan.slices().stream()
                        .map(slice -> "<code>" + escape(plan.orderRight(slice)) + "</code>")
                        .collect(Collectors.joining(", "))
                + ". An order beyond it goes out again in two halves.";
    }

    private static String denials(List<Denial> denials) {
        return table(
                "time,order,side,#bitcoin,#price,#notional,taken back; or the grant that would have allowed it",
                denials,
                denial -> {
                    Order order = denial.order();
                    return List.of(
                            time(denial.time()),
                            order.name(),
                            order.side().toString(),
                            number(order.quantity()),
                            number(order.price()),
                            number(order.notional()),
                            denial.revoked() ? "the right was taken back" : denial.missing());
                });
    }

    private static String fills(List<Fill> fills) {
        return table(
                "time,order,side,#bitcoin,#price,#amount,#fee,#cash after it",
                fills,
                fill -> List.of(
                        time(fill.time()),
                        fill.order().name(),
                        fill.order().side().toString(),
                        number(fill.order().quantity()),
                        number(fill.price()),
                        number(fill.amount()),
                        number(fill.fee()),
                        number(fill.cash())));
    }

    private static String cuts(List<Cut> cuts) {
        return table(
                "time,strategy,#turnover of the day before,orders of the desk for it,grant that was revoked",
                cuts,
                cut -> List.of(
                        time(cut.time()),
                        cut.trader(),
                        number(cut.turnover()),
                        cut.closing().stream().map(Order::name).collect(Collectors.joining(", ")),
                        cut.capability()));
    }

    private static String alarms(List<Mark> alarms) {
        return table(
                "time,#price,#equity,#peak before,#below it",
                alarms,
                mark -> List.of(
                        time(mark.time()),
                        number(mark.price()),
                        number(mark.equity()),
                        number(mark.peak()),
                        String.format(Locale.ROOT, "%.1f %%", percent(mark.drawdownShare()))));
    }

    /** A row of cells. */
    @FunctionalInterface
    private interface Row<T> {
        List<String> of(T value);
    }

    /** Columns of numbers have names that begin with #. */
    private static <T> String table(String columns, List<T> values, Row<T> row) {
        if (values.isEmpty()) {
            return "<p>None.</p>";
        }
        List<String> names = List.of(columns.split(","));
        String head = names.stream()
                .map(name -> name.startsWith("#")
                        ? "<th class=\"n\">" + name.substring(1) + "</th>"
                        : "<th>" + name + "</th>")
                .collect(Collectors.joining());
        var body = new StringBuilder();
        for (T value : values) {
            List<String> cells = row.of(value);
            body.append("<tr>");
            for (int i = 0; i < cells.size(); i++) {
                body.append(names.get(i).startsWith("#") ? "<td class=\"n\">" : "<td>")
                        .append(escape(cells.get(i)))
                        .append("</td>");
            }
            body.append("</tr>\n");
        }
        return "<table><thead><tr>" + head + "</tr></thead><tbody>\n" + body + "</tbody></table>";
    }

    private static String time(Instant time) {
        return TIME.format(time);
    }

    private static String number(BigDecimal value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }

    private static BigDecimal percent(BigDecimal share) {
        return share.movePointRight(2);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
