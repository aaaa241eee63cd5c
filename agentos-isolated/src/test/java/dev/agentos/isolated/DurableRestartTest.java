package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentState;
import dev.agentos.api.Limit;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Approval;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A durable, isolated agent comes back when its program does: with its memory, its inbox and what it waits for, and nothing done twice. */
class DurableRestartTest {
    @TempDir
    Path folder;

    private Path jar = Path.of("");

    /** The input of the tool. */
    public record Size(int size) {}

    @BeforeEach
    void compile() {
        jar = new AgentJar()
                .with("Ledger", DurableGuests.CODE)
                .with("Buyer", """
                        public class Buyer implements ReactiveAgent {
                            public void onMessage(Message m, AgentContext ctx) {
                                ctx.memory().working().put("bought", ctx.tools().call("buy", Map.of("size", m.payload(Integer.class))).text());
                            }
                        }
                        """)
                .in(folder);
    }

    @Test
    void numbers_areNeitherLostNorDoubled_whenTheProgramIsKilled() throws Exception {
        assertNumbersSurvive(List.of(4));
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void numbers_areNeitherLostNorDoubled_whereverItIsKilled(long seed) throws Exception {
        var random = new Random(seed);

        assertNumbersSurvive(
                IntStream.range(0, 3).map(i -> random.nextInt(20)).boxed().toList());
    }

    private void assertNumbersSurvive(List<Integer> turns) throws Exception {
        Path file = folder.resolve("store.db");
        for (int each : turns) {
            runAndKill(file, each);
        }
        var most = new AtomicInteger();
        try (AgentOS os = DurableGuests.open(
                file, jar, page -> most.accumulateAndGet(page.lines().size(), Math::max))) {
            AgentHandle ledger = os.find(DurableGuests.LEDGER).orElseThrow();
            assertThat(ledger.info().revived()).isTrue();
            most.accumulateAndGet(lines(os).size(), Math::max); // it may have been told all before

            IsolatedFixture.await(() -> most.get() >= DurableGuests.NUMBERS);
            os.find(DurableGuests.BOOK).orElseThrow().stop(IsolatedFixture.LIMIT);

            assertThat(lines(os))
                    .isEqualTo(IntStream.range(0, DurableGuests.NUMBERS)
                            .mapToObj(i -> i + ":" + (i + 1))
                            .toList());
            var memory = os.memory("agent/ledger").working();
            assertThat(memory.get("last", Integer.class)).hasValue(DurableGuests.NUMBERS - 1);
            assertThat(memory.get("start-1", String.class)).hasValue("FIRST");
            assertThat(memory.get("start-2", String.class)).hasValue("ACTIVATED");
        }
    }

    private static List<String> lines(AgentOS os) {
        return os.memory("agent/book")
                .working()
                .get("page", DurableGuests.Page.class)
                .map(DurableGuests.Page::lines)
                .orElse(List.of());
    }

    /** Kills it after so many turns. Nothing of it may live on, its isolated agent included. */
    private void runAndKill(Path file, int turns) throws Exception {
        Process program = start(file);
        var processes = new ArrayList<ProcessHandle>();
        try (BufferedReader lines = program.inputReader()) {
            boolean running = false;
            int count = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                running |= line.equals("running");
                count += line.startsWith("turn") ? 1 : 0;
                if (running && count >= turns) {
                    program.toHandle().descendants().forEach(processes::add);
                    program.toHandle().destroyForcibly();
                }
            }
        } finally {
            program.destroyForcibly().waitFor();
        }
        processes.forEach(IsolatedFixture::assertGone);
    }

    private Process start(Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DurableGuests.class.getName(),
                        file.toString(),
                        jar.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    // ---- programs that end in order

    private AgentOS open(AtomicInteger bought) {
        return AgentOS.builder()
                .storage(folder.resolve("desk.db"))
                .tool(Tool.builder("buy", Size.class)
                        .description("buys")
                        .effect(Effect.EFFECT)
                        .handler((input, ctx) -> ToolResult.Ok.of(JsonValue.of(bought.addAndGet(input.size()))))
                        .build())
                .build();
    }

    @Test
    void agentOfAFile_comesBack_andAsksNobodyTwice() throws IOException {
        Path file = Files.writeString(folder.resolve("buyer.yaml"), """
                name: buyer
                code: {jar: agents.jar, class: Buyer}
                isolation: process
                durable: true
                grants: ["tool:buy call; approval=required"]
                """);
        var bought = new AtomicInteger();
        long ticket;
        try (AgentOS os = open(bought)) {
            os.spawn(os.load(file, Map.of()));
            os.send(Address.of("buyer"), 7);
            IsolatedFixture.await(() -> !os.approvals().pending().isEmpty());
            ticket = os.approvals().pending().getFirst().ticket();
        }
        try (AgentOS os = open(bought)) {
            AgentHandle buyer = os.find(Address.of("buyer")).orElseThrow();
            Approval pending = os.approvals().find(ticket).orElseThrow();

            os.approvals().approve(ticket, pending.version());

            IsolatedFixture.await(() -> bought.get() > 0 && buyer.info().pending() == 0);
            buyer.stop(IsolatedFixture.LIMIT);
            assertThat(os.memory("agent/buyer").working().get("bought", String.class))
                    .hasValue("7");
            assertThat(os.approvals().after(0, 10)).hasSize(1);
            assertThat(buyer.info().revived()).isTrue();
        }
        assertThat(bought).hasValue(7);
    }

    @Test
    void agentThatIsPaused_comesBackPaused_andStartsWhenItIsResumed() {
        Path file = folder.resolve("store.db");
        try (AgentOS os = DurableGuests.open(file, jar, page -> {})) {
            os.spawn(os.template("book", Map.of()));
            AgentHandle ledger = os.spawn(os.template("ledger", Map.of()));
            IsolatedFixture.await(() -> ledger.state() == AgentState.RUNNING);
            ledger.pause("overnight").toCompletableFuture().join();
        }
        var page = new AtomicReference<DurableGuests.Page>();
        try (AgentOS os = DurableGuests.open(file, jar, page::set)) {
            AgentHandle ledger = os.find(DurableGuests.LEDGER).orElseThrow();
            ledger.send(1);

            IsolatedFixture.await(() -> ledger.state() == AgentState.PAUSED);
            assertThat(os.memory("agent/ledger").working().get("start-2", String.class))
                    .as("what its second start notes down")
                    .isEmpty();
            ledger.resume();

            IsolatedFixture.await(() -> page.get() != null);
            assertThat(page.get().lines()).containsExactly("1:1");
            assertThat(ledger.info().used()).containsKey(Limit.TURNS);
        }
    }

    @Test
    void agentWhoseJarIsGone_fails_andSaysSo() throws IOException {
        Path file = folder.resolve("store.db");
        try (AgentOS os = DurableGuests.open(file, jar, page -> {})) {
            os.spawn(os.template("book", Map.of()));
            os.spawn(os.template("ledger", Map.of()));
        }
        Files.delete(jar);

        try (AgentOS os = DurableGuests.open(file, jar, page -> {})) {
            IsolatedFixture.await(() -> os.find(DurableGuests.LEDGER).isEmpty()
                    || os.find(DurableGuests.LEDGER).orElseThrow().state() == AgentState.FAILED);

            assertThat(os.events().history(EventFilter.type("agent.state"), 0, 1_000))
                    .anyMatch(event -> event.data().toString().contains("cannot be read"));
        }
    }
}
