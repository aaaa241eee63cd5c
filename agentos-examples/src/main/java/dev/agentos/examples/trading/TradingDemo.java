package dev.agentos.examples.trading;

import dev.agentos.api.AgentOS;
import dev.agentos.api.Limit;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.security.ActionQuery;
import java.io.Console;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;

/** Replays a week of real bitcoin trades to a desk of agents: {@code [--out FOLDER]}. */
public final class TradingDemo {
    private static final Path DEFAULT_OUT = Path.of("target", "agentos-demo");

    private TradingDemo() {}

    /** Trades, prints the ledger, and writes it down with the action log and a report. */
    public static void main(String... args) throws IOException {
        var files = new ResultFolder(folder(args));
        Console console = System.console();
        @SuppressWarnings("SystemConsoleNull") // on 25 it is null again if standard input or output is no terminal
        boolean terminal = console != null && console.isTerminal();
        long start = System.nanoTime();
        var ticks = BitstampTrades.read();
        var gateway = new OrderGateway();
        String summary;
        try (var os = AgentOS.builder().tool(gateway.tool()).build()) {
            var progress = new Progress(ticks.size(), System.err, terminal);
            os.events().subscribe(EventFilter.type("dev.agentos.examples.trading.**"), progress);
            var desk = os.spawn(Desk.spec(Plan.standard(), ticks, gateway));
            var session = desk.await().result(Session.class);
            var wallTime = Duration.ofNanos(System.nanoTime() - start);
            files.write(session, os.actions().find(ActionQuery.all()));
            BigDecimal messages = desk.info().used().getOrDefault(Limit.MESSAGES, BigDecimal.ZERO);
            summary = Summary.of(session, messages, wallTime, files);
        }
        System.out.print(summary); // after close: the last line of the progress is out
    }

    private static Path folder(String... args) {
        if (args.length == 0) {
            return DEFAULT_OUT;
        }
        if (args.length == 2 && args[0].equals("--out")) {
            return Path.of(args[1]);
        }
        throw new IllegalArgumentException("usage: [--out FOLDER], not " + String.join(" ", args));
    }
}
