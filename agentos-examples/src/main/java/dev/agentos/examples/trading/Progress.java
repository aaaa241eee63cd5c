package dev.agentos.examples.trading;

import dev.agentos.api.event.Event;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;

/** Shows how far the replay is: on a terminal one line that grows, elsewhere a line for each quarter. */
final class Progress implements Consumer<Event> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int WIDTH = 32;
    private static final String TO_LINE_START = "\r\033[K";

    private final long trades;
    private final PrintStream out;
    private final boolean terminal;
    private final boolean plain; // what is printed may have ASCII only
    private long shown; // in percent, or in quarters

    Progress(long trades, PrintStream out, boolean terminal) {
        this.trades = trades;
        this.out = out;
        this.terminal = terminal;
        plain = !out.charset().newEncoder().canEncode('█');
    }

    @Override
    public void accept(Event event) {
        switch (event.data()) {
            case Mark mark -> show(mark);
            case Report.Alarm(Mark mark) -> alarm(mark);
            default -> {} // a gap: the next mark tells all that the missed ones would have
        }
    }

    private void show(Mark mark) {
        long percent = 100 * mark.sequence() / trades;
        long step = terminal ? percent : percent / 25;
        if (step <= shown) {
            return;
        }
        shown = step;
        String line = String.format(
                Locale.ROOT,
                "%3d %%  %s  price %,9.2f  equity %,10.2f",
                percent,
                time(mark.time()),
                mark.price(),
                mark.equity());
        if (terminal) {
            int done = (int) (WIDTH * percent / 100);
            String bar = (plain ? "#" : "█").repeat(done) + (plain ? "." : "░").repeat(WIDTH - done);
            out.print(TO_LINE_START + bar + " " + line);
            out.print(percent == 100 ? System.lineSeparator() : "");
        } else {
            out.println("replaying " + line);
        }
        out.flush();
    }

    private void alarm(Mark mark) {
        out.printf(
                Locale.ROOT,
                "%salarm: on %s equity was %,.2f below its peak (%.1f %%)%n",
                terminal ? TO_LINE_START : "",
                time(mark.time()),
                mark.drawdown(),
                mark.drawdownShare().movePointRight(2));
        out.flush();
    }

    private static String time(Instant time) {
        return TIME.format(time);
    }
}
