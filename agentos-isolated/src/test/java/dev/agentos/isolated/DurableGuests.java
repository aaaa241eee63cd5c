package dev.agentos.isolated;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Isolation;
import dev.agentos.api.message.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Program of a child JVM: a durable, isolated agent counts what it is told and tells it a durable one of this JVM, until the program is
 * killed. Prints a line for each number that has come that far.
 */
final class DurableGuests {
    static final int NUMBERS = 40;
    static final Address LEDGER = Address.of("ledger");
    static final Address BOOK = Address.of("book");

    /** The code of the isolated agent. */
    static final String CODE = """
            public class Ledger implements ReactiveAgent {
                record Counted(int count, int starts) {}
                public void onStart(AgentContext ctx) {
                    Counted before = ctx.restored(Counted.class).orElse(new Counted(0, 0));
                    ctx.checkpoint(new Counted(before.count(), before.starts() + 1));
                    ctx.memory().working().put("start-" + (before.starts() + 1), ctx.start().name());
                }
                public void onMessage(Message m, AgentContext ctx) {
                    Counted before = ctx.restored(Counted.class).orElseThrow();
                    ctx.checkpoint(new Counted(before.count() + 1, before.starts()));
                    ctx.memory().working().put("last", m.payload(Integer.class));
                    ctx.send(Address.of("book"), m.payload(Integer.class) + ":" + (before.count() + 1));
                }
            }
            """;

    private DurableGuests() {}

    /** What the book has been told. */
    record Page(List<String> lines) {
        Page {
            lines = List.copyOf(lines);
        }
    }

    public static void main(String[] args) throws InterruptedException {
        AgentOS os = open(
                Path.of(args[0]),
                Path.of(args[1]),
                page -> System.out.println("turn " + page.lines().size()));
        if (os.find(LEDGER).isEmpty()) {
            os.spawn(os.template("book", Map.of()));
            os.spawn(os.template("ledger", Map.of()));
            for (int i = 0; i < NUMBERS; i++) {
                os.send(LEDGER, i);
            }
        }
        System.out.println("running");
        new CountDownLatch(1).await();
    }

    /** Opens a runtime over the store, with the agents that it has. */
    static AgentOS open(Path file, Path jar, Consumer<Page> told) {
        return AgentOS.builder()
                .storage(file)
                .closeTimeout(Duration.ofSeconds(20))
                .template(
                        "book",
                        params -> AgentSpec.builder("book")
                                .onMessage((message, ctx) -> note(message.payload(String.class), ctx, told))
                                .durable()
                                .build())
                .template(
                        "ledger",
                        params -> AgentSpec.builder("ledger")
                                .code(jar, "Ledger")
                                .isolation(Isolation.PROCESS)
                                .grant("agent:book send")
                                .durable()
                                .build())
                .build();
    }

    private static void note(String line, AgentContext ctx, Consumer<Page> told) {
        var lines = new ArrayList<>(
                ctx.restored(Page.class).orElse(new Page(List.of())).lines());
        lines.add(line);
        var page = new Page(lines);
        ctx.checkpoint(page);
        ctx.memory().working().put("page", page);
        told.accept(page);
    }
}
