package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.Note;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.memory.Role;
import dev.agentos.api.memory.WorkingMemory;
import dev.agentos.testkit.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents and the host remember, over the real store: in memory and in a file. */
class MemoriesTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");

    private final ManualClock clock = ManualClock.startingAt(START);

    @TempDir
    Path folder;

    private AgentOS open(boolean inFile) {
        AgentOS.Builder builder = AgentOS.builder()
                .time(clock)
                .summariser(lines -> "of " + lines.size() + " lines")
                .tokenCounter(String::length);
        return (inFile ? builder.storage(folder.resolve("desk.db")) : builder).build();
    }

    private interface Body {
        Object live(AgentContext ctx) throws Exception;
    }

    private static Object inAgent(AgentOS os, String name, Body body, String... grants) {
        var spec = AgentSpec.builder(name).run(ctx -> ctx.result(body.live(ctx)));
        List.of(grants).forEach(spec::grant);
        Exit exit = os.spawn(spec.build()).await(LIMIT);
        assertThat(exit).isInstanceOf(Exit.Completed.class);
        return exit.result(Object.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void working_isKept_withVersionsAndTimesToLive(boolean inFile) {
        try (AgentOS os = open(inFile)) {
            WorkingMemory shared = os.memory("shared/desk").working();

            long first = shared.put("limit", 100);
            assertThat(shared.putIfVersion("limit", 200, first)).isPresent();
            assertThat(shared.putIfVersion("limit", 300, first)).isEmpty();
            shared.put("soon", "gone", Duration.ofMinutes(5));
            assertThat(shared.keys()).containsExactly("limit", "soon");
            clock.advance(Duration.ofMinutes(5));
            Object seen = inAgent(
                    os,
                    "reader",
                    ctx -> ctx.memory("shared/desk")
                            .working()
                            .get("limit", Integer.class)
                            .orElseThrow(),
                    "memory:shared/desk read");

            assertThat(seen).isEqualTo(200);
            assertThat(shared.keys()).containsExactly("limit");
            assertThat(shared.remove("limit")).isTrue();
            assertThat(shared.version("limit")).isEqualTo(WorkingMemory.ABSENT);
            assertThat(shared.putIfVersion("limit", 1, WorkingMemory.ABSENT)).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void conversation_isKept_windowedAndSummedUp(boolean inFile) {
        try (AgentOS os = open(inFile)) {
            Object texts = inAgent(os, "talker", ctx -> {
                var talk = ctx.memory().conversation("talk");
                talk.add(Role.SYSTEM, "sys");
                for (int i = 0; i < 100; i++) {
                    talk.addTool(Role.TOOL_CALL, "c" + i, "call");
                    talk.addTool(Role.TOOL_RESULT, "c" + i, "result");
                }
                Line summary = talk.compact(20).orElseThrow();
                return summary.covers() + " "
                        + talk.window(36).stream().map(Line::text).toList();
            });

            assertThat(texts).isEqualTo("197 [sys, of 196 lines, call, result, call, result]");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void entries_areFound_changedAndDeleted(boolean inFile) {
        try (AgentOS os = open(inFile)) {
            LongTermMemory shared = os.memory("shared/market").longTerm();
            UUID fed = shared.remember("the central bank raised the interest rate");
            shared.rememberAll(List.of(Note.of("corn was cheap in spring"), Note.of("oil is dear")));
            Object found = inAgent(
                    os,
                    "analyst",
                    ctx -> {
                        ctx.memory().longTerm().remember("my own note on interest");
                        return ctx
                                .memory()
                                .longTerm()
                                .recall(Recall.builder("interest rates")
                                        .also("shared/market")
                                        .build())
                                .stream()
                                .map(hit -> hit.entry().namespace())
                                .sorted()
                                .toList();
                    },
                    "memory:shared/market read");

            UUID later = shared.update(fed, Note.of("the central bank lowered the interest rate"));
            List<Hit> now = shared.recall("interest rate", 5);
            boolean forgotten = shared.forget(later);
            clock.advance(Duration.ofMinutes(1));
            int purged = shared.purgeEndedBefore(clock.now());

            assertThat(found).isEqualTo(List.of("agent/analyst", "shared/market"));
            assertThat(now).extracting(Hit::text).containsExactly("the central bank lowered the interest rate");
            assertThat(forgotten).isTrue();
            assertThat(purged).isEqualTo(2);
            assertThat(shared.get(fed)).isEmpty();
            assertThat(shared.size()).isEqualTo(2);
            assertThat(os.memories()).containsExactly(Map.entry("agent/analyst", 1L), Map.entry("shared/market", 2L));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void export_isImported_underTheSameIds(boolean inFile) {
        try (AgentOS os = open(inFile)) {
            LongTermMemory from = os.memory("shared/from").longTerm();
            LongTermMemory to = os.memory("shared/to").longTerm();
            from.rememberAll(IntStream.range(0, 1_200)
                    .mapToObj(
                            i -> Note.builder("note " + i).metadata("n", "" + i).build())
                    .toList());
            var out = new ByteArrayOutputStream();

            long written = from.export(out);
            long read = to.importFrom(new ByteArrayInputStream(out.toByteArray()));
            long again = to.importFrom(new ByteArrayInputStream(out.toByteArray()));

            assertThat(written).isEqualTo(1_200);
            assertThat(read).isEqualTo(1_200);
            assertThat(again).isZero();
            assertThat(to.list(null, 2_000))
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("namespace")
                    .isEqualTo(from.list(null, 2_000));
        }
    }

    @Test
    void everything_isThereInTheNextProgram() {
        UUID id;
        try (AgentOS os = open(true)) {
            id = (UUID) inAgent(os, "a", ctx -> {
                ctx.memory().working().put("k", "v");
                ctx.memory().conversation("s").add(Role.USER, "hello");
                return ctx.memory().longTerm().remember("the sun is warm");
            });
        }

        try (AgentOS os = open(true)) {
            Memory seen = os.memory("agent/a");
            assertThat(seen.working().get("k", String.class)).contains("v");
            assertThat(seen.conversation("s").lines(0, 10))
                    .extracting(Line::text)
                    .containsExactly("hello");
            assertThat(seen.longTerm().recall("sun", 1))
                    .extracting(hit -> hit.entry().id())
                    .containsExactly(id);
            assertThat(seen.longTerm().get(id)).map(Entry::namespace).contains("agent/a");
            Object inherited = inAgent(os, "a", ctx -> ctx.memory().working().keys());
            assertThat(inherited).isEqualTo(List.of());
        }
    }
}
