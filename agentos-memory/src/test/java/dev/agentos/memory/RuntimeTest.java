package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.spi.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole runtime over a file. */
class RuntimeTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("desk.db");
    }

    @Test
    void historyOfARuntime_isThereInTheNextOne() {
        List<ActionRecord> actions;
        List<Event> events;
        try (AgentOS os = AgentOS.builder().storage(file()).build()) {
            runDenied(os, "ops");
            actions = os.actions().find(ActionQuery.all());
            events = os.events().history(EventFilter.all(), 0, 1_000);
        }

        try (AgentOS os = AgentOS.builder().storage(file()).build()) {
            assertThat(os.actions().find(ActionQuery.all())).startsWith(actions.toArray(ActionRecord[]::new));
            assertThat(os.events().history(EventFilter.all(), 0, 1_000)).startsWith(events.toArray(Event[]::new));

            runDenied(os, "ops");

            List<Event> both = os.events().history(EventFilter.all(), 0, 1_000);
            assertThat(both)
                    .hasSizeGreaterThan(events.size())
                    .extracting(Event::sequence)
                    .isEqualTo(LongStream.rangeClosed(1, both.size()).boxed().toList());
            assertThat(os.actions().find(ActionQuery.of(Address.of("ops")).denied()))
                    .hasSizeGreaterThan((int) actions.stream()
                            .filter(record -> record.decision() instanceof Decision.Deny)
                            .count());
        }
    }

    @Test
    void agents_areRowsWithTheirLastState_whenTheRuntimeIsClosed() {
        try (AgentOS os = AgentOS.builder().storage(file()).build()) {
            os.spawn("quick", ctx -> ctx.result(1)).await(LIMIT);
            os.spawn(AgentSpec.builder("idle").onMessage((message, ctx) -> {}).build());
        }

        try (Storage storage = Stores.open(file())) {
            assertThat(storage.agents().all())
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.state()).matches(AgentState::ended));
            assertThat(storage.agents().lastIncarnation()).isEqualTo(2);
        }
    }

    /** Changes of state and what an agent says go into the store by different ways; it may still not speak before it runs. */
    @Test
    void eventsOfAnAgent_comeInTheOrderInWhichTheyHappened() throws InterruptedException {
        int rounds = 300;
        var said = new Semaphore(0);
        try (AgentOS os = AgentOS.builder().storage(file()).build()) {
            var agent = os.spawn(AgentSpec.builder("a")
                    .onMessage((message, ctx) -> {
                        ctx.log("said");
                        said.release();
                    })
                    .build());
            for (int i = 0; i < rounds; i++) {
                agent.pause("look").toCompletableFuture().join();
                agent.send("go on");
                agent.resume();
                said.acquire();
            }

            List<String> round = List.of("PAUSED", "RUNNING", "said");
            assertThat(os.events().history(EventFilter.all().agents("a"), 0, 10 * rounds).stream()
                            .flatMap(event -> switch (event.data()) {
                                case SystemEvent.StateChanged(var from, var to, var why) -> Stream.of(to.name());
                                case SystemEvent.Logged(String line) -> Stream.of(line);
                                default -> Stream.empty();
                            })
                            .skip(1))
                    .isEqualTo(Collections.nCopies(rounds, round).stream()
                            .flatMap(List::stream)
                            .toList());
        }
    }

    @Test
    void deadLetters_areKeptWithTheirPayload() {
        record Order(String symbol, int lots) {}
        try (AgentOS os = AgentOS.builder().storage(file()).build()) {
            var picky = os.spawn(AgentSpec.builder("picky")
                    .onMessage((message, ctx) -> {
                        throw new IllegalStateException("not that");
                    })
                    .build());
            os.send(picky.address(), new Order("BTC", 2));
            picky.await(LIMIT);
        }

        try (Storage storage = Stores.open(file())) {
            assertThat(storage.deadLetters().find(0, 10))
                    .extracting(letter -> letter.message().payload())
                    .containsExactly(new Order("BTC", 2));
        }
    }

    @Test
    void secondRuntime_isRefused_onTheSameFile() {
        try (AgentOS os = AgentOS.builder().storage(file()).build()) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> AgentOS.builder().storage(file()).build())
                    .withMessageContaining("in use by process");

            assertThat(os.spawn("after", ctx -> ctx.result("well")).await(LIMIT))
                    .isInstanceOf(Exit.Completed.class);
        }
    }

    private static void runDenied(AgentOS os, String name) {
        var agent = os.spawn(AgentSpec.builder(name)
                .run(ctx -> ctx.tools().tryCall("shell.execute", "{\"argv\":[\"uname\"]}"))
                .build());
        agent.await(LIMIT);
    }
}
