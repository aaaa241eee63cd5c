package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.memory.Role;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Rule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what with which memory, and what is recorded of it. */
class MemoryRightsTest {
    private static final UUID SOME = new UUID(1, 2);

    /** Every call of the three kinds of memory, by the verb that it needs. */
    private static final Map<String, Consumer<Memory>> READS = Map.of(
            "get", memory -> memory.working().get("k", String.class),
            "version", memory -> memory.working().version("k"),
            "keys", memory -> memory.working().keys(),
            "window", memory -> memory.conversation("s").window(100),
            "lines", memory -> memory.conversation("s").lines(0, 10),
            "recall", memory -> memory.longTerm().recall("x", 3),
            "find", memory -> memory.longTerm().get(SOME),
            "list", memory -> memory.longTerm().list(null, 10),
            "size", memory -> memory.longTerm().size(),
            "export", memory -> memory.longTerm().export(new ByteArrayOutputStream()));

    private static final Map<String, Consumer<Memory>> WRITES = Map.of(
            "put", memory -> memory.working().put("k", "v"),
            "putIfVersion", memory -> memory.working().putIfVersion("k", "v", 0),
            "remove", memory -> memory.working().remove("k"),
            "add", memory -> memory.conversation("s").add(Role.USER, "hello"),
            "addTool", memory -> memory.conversation("s").addTool(Role.TOOL_CALL, "c", "{}"),
            "remember", memory -> memory.longTerm().remember("x"),
            "import",
                    memory -> memory.longTerm()
                            .importFrom(new ByteArrayInputStream("\n".getBytes(StandardCharsets.UTF_8))));

    private static final Map<String, Consumer<Memory>> DELETES = Map.of(
            "forget", memory -> memory.longTerm().forget(SOME),
            "purge", memory -> memory.longTerm().purge(SOME),
            "purgeEnded", memory -> memory.longTerm().purgeEndedBefore(Instant.EPOCH));

    private final OpenedRuntime runtime = new OpenedRuntime();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Map<String, Consumer<Memory>> calls(String verb) {
        return switch (verb) {
            case "read" -> READS;
            case "write" -> WRITES;
            case "delete" -> DELETES;
            default -> Map.of("share", memory -> memory.longTerm().share(SOME, "shared/elsewhere"));
        };
    }

    /** Whether each call of a verb gets through the gate, for an agent {@code a} with these grants; all have to agree. */
    private boolean may(String verb, String namespace, String... grants) {
        boolean allowed = false;
        boolean denied = false;
        for (var call : calls(verb).entrySet()) {
            Object got = runtime.inAgent(
                    "a",
                    ctx -> {
                        try {
                            call.getValue().accept(namespace.isEmpty() ? ctx.memory() : ctx.memory(namespace));
                        } catch (DeniedException e) {
                            return !e.action().verb().equals(verb)
                                    && e.action().resource().equals("shared/elsewhere");
                        } catch (IllegalArgumentException e) {
                            return true; // there is no such entry: the gate is behind it
                        }
                        return true;
                    },
                    grants);
            allowed |= (boolean) got;
            denied |= !(boolean) got;
        }
        assertThat(allowed).as("all of %s agree", calls(verb).keySet()).isNotEqualTo(denied);
        return allowed;
    }

    @ParameterizedTest
    @CsvSource({
        // its own, without any grant
        "'', read, '', true",
        "'', write, '', true",
        "'', delete, '', false",
        "'', share, '', false",
        "agent/a, read, '', true",
        "agent/a, write, '', true",
        "agent/a, delete, '', false",
        // and with one
        "'', delete, memory:agent/a delete, true",
        "'', share, memory:agent/a share, true",
        "'', delete, memory:agent/a write, false",
        // another agent's
        "agent/b, read, '', false",
        "agent/b, write, '', false",
        "agent/b, delete, '', false",
        "agent/b, share, '', false",
        "agent/b, read, memory:agent/b read, true",
        "agent/b, write, memory:agent/b read, false",
        "agent/b, write, memory:agent/b write, true",
        "agent/b, read, memory:agent/b write, false",
        "agent/b, delete, 'memory:agent/b read,write', false",
        "agent/b, delete, memory:agent/b delete, true",
        "agent/b, share, 'memory:agent/b read,write,delete', false",
        "agent/b, share, memory:agent/b share, true",
        // shared
        "shared/market, read, '', false",
        "shared/market, write, '', false",
        "shared/market, read, memory:shared/market read, true",
        "shared/market, write, memory:shared/market read, false",
        "shared/market, write, memory:shared/market write, true",
        "shared/market, read, memory:shared/market write, false",
        "shared/market, delete, memory:shared/market delete, true",
        "shared/market, share, memory:shared/market share, true",
        // patterns
        "shared/market/eu, read, memory:shared/** read, true",
        "shared/market/eu, write, memory:shared/** read, false",
        "shared/market/eu, read, memory:shared/* read, false",
        "shared/market/eu, read, memory:shared/market/* read, true",
        "agent/b, read, memory:shared/** read, false",
        "agent/b, read, memory:agent/* read, true",
        "shared/markets, read, memory:shared/market read, false",
    })
    void rights_areAsTheGrantsSay(String namespace, String verb, String grant, boolean expected) {
        runtime.os.spawn("b", ctx -> ctx.receive());

        boolean allowed = grant.isEmpty() ? may(verb, namespace) : may(verb, namespace, grant);

        assertThat(allowed).isEqualTo(expected);
    }

    @Test
    void denial_saysWhichGrantIsMissing_andIsRecorded() {
        Object missing = runtime.inAgent("a", ctx -> {
            try {
                return ctx.memory("shared/market").working().get("price", String.class);
            } catch (DeniedException denied) {
                return denied.missing();
            }
        });

        assertThat(missing).isEqualTo("memory:shared/market read");
        assertThat(runtime.records()).containsExactly("agent:a DENIED memory:shared/market read");
        assertThat(runtime.store.written).isEmpty();
    }

    @Test
    void ownReads_leaveNoRecord_ownWritesAndForeignReadsDo() {
        runtime.inAgent(
                "a",
                ctx -> {
                    ctx.memory().working().put("k", "v");
                    ctx.memory().working().get("k", String.class);
                    ctx.memory("shared/market").working().get("k", String.class);
                    ctx.memory("shared/market").working().put("k", "v");
                    return true;
                },
                "memory:shared/market read,write");

        assertThat(runtime.records())
                .containsExactly(
                        "agent:a DONE memory:agent/a write",
                        "agent:a DONE memory:shared/market read",
                        "agent:a DONE memory:shared/market write");
    }

    @Test
    void records_nameWhatItIs_neverWhatItSays() {
        runtime.os.memory("shared/market").working().put("price", "a secret word");
        runtime.os.memory("shared/market").longTerm().remember("another secret word");
        runtime.os.memory("shared/market").conversation("s").add(Role.USER, "a third secret word");

        var records = runtime.memoryRecords();

        assertThat(records).hasSize(3).noneMatch(record -> record.toString().contains("secret"));
        assertThat(records.getFirst().action().attributes())
                .containsEntry("session", JsonValue.of("default"))
                .containsEntry("key", JsonValue.of("price"))
                .containsEntry("bytes", JsonValue.of(15))
                .containsKey("hash");
        assertThat(records.get(1).action().attributes()).containsEntry("kind", JsonValue.of("SEMANTIC"));
        assertThat(records.get(2).action().attributes()).containsEntry("role", JsonValue.of("USER"));
        assertThat(runtime.changes()).noneMatch(change -> change.toString().contains("secret"));
    }

    @Test
    void changesOfOthersMemory_areEvents_ownOnesAreNot() {
        runtime.inAgent(
                "a",
                ctx -> {
                    ctx.memory().working().put("k", "v");
                    ctx.memory("shared/market").working().put("k", "v");
                    return true;
                },
                "memory:shared/market write");

        assertThat(runtime.changes())
                .containsExactly(new SystemEvent.MemoryChanged("shared/market", "write", "working default k"));
    }

    @Test
    void recall_searchesNothing_whenOneNamespaceMayNotBeRead() {
        runtime.os.memory("shared/open").longTerm().remember("sun");
        runtime.os.memory("shared/closed").longTerm().remember("sun");

        Object denied = runtime.inAgent(
                "a",
                ctx -> {
                    try {
                        return ctx.memory("shared/open")
                                .longTerm()
                                .recall(Recall.builder("sun")
                                        .also("shared/closed")
                                        .build());
                    } catch (DeniedException e) {
                        return e.missing();
                    }
                },
                "memory:shared/open read");

        assertThat(denied).isEqualTo("memory:shared/closed read");
        assertThat(runtime.store.searches).isEmpty();
    }

    @Test
    void recall_isOneRecordForEachForeignNamespace() {
        runtime.os.memory("shared/x").longTerm().remember("the sun");
        runtime.os.memory("shared/y").longTerm().remember("sun and moon");

        Object found = runtime.inAgent(
                "a",
                ctx -> {
                    ctx.memory().longTerm().remember("my sun");
                    return ctx
                            .memory()
                            .longTerm()
                            .recall(Recall.builder("sun")
                                    .also("shared/x")
                                    .also("shared/y")
                                    .build())
                            .stream()
                            .map(hit -> hit.entry().namespace() + ": " + hit.text())
                            .toList();
                },
                "memory:shared/* read");

        assertThat(found)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrder("shared/x: the sun", "shared/y: sun and moon", "agent/a: my sun");
        assertThat(runtime.records())
                .contains("agent:a DONE memory:shared/x read", "agent:a DONE memory:shared/y read")
                .doesNotContain("agent:a DONE memory:agent/a read");
    }

    @Test
    void share_needsTheRightToWriteThere_too() {
        Object result = runtime.inAgent(
                "a",
                ctx -> {
                    UUID id = ctx.memory().longTerm().remember("sun");
                    try {
                        return ctx.memory().longTerm().share(id, "shared/x");
                    } catch (DeniedException e) {
                        return e.missing();
                    }
                },
                "memory:agent/a share");

        assertThat(result).isEqualTo("memory:shared/x write");
        assertThat(runtime.os.memory("shared/x").longTerm().size()).isZero();
    }

    @Test
    void bytes_areCounted_whenAGrantBoundsThem() {
        Object result = runtime.inAgent(
                "a",
                ctx -> {
                    var shared = ctx.memory("shared/x").working();
                    shared.put("k", "x".repeat(50));
                    try {
                        return shared.put("k", "x".repeat(60));
                    } catch (DeniedException e) {
                        return e.reason();
                    }
                },
                "memory:shared/x write; maxBytes=100B");

        assertThat(result).asString().contains("62 bytes");
        assertThat(runtime.store.written).hasSize(1);
    }

    @Test
    void bytesOfAnswers_areCounted_whenAGrantBoundsThem() {
        runtime.os.memory("shared/x").longTerm().remember("sun " + "x".repeat(80));

        Object result = runtime.inAgent(
                "a",
                ctx -> {
                    ctx.memory("shared/x").longTerm().recall("sun", 1);
                    try {
                        return ctx.memory("shared/x").longTerm().recall("sun", 1);
                    } catch (DeniedException e) {
                        return e.reason();
                    }
                },
                "memory:shared/x read; maxBytes=100B");

        assertThat(result).asString().contains("withheld").contains("84 bytes");
    }

    @Test
    void attributes_canBeConstrained() {
        Object result = runtime.inAgent(
                "a",
                ctx -> {
                    ctx.memory("shared/x").working().put("mine", 1);
                    try {
                        return ctx.memory("shared/x").working().put("theirs", 1);
                    } catch (DeniedException e) {
                        return "denied";
                    }
                },
                "memory:shared/x write; key=mine");

        assertThat(result).isEqualTo("denied");
        assertThat(runtime.os.memory("shared/x").working().keys()).containsExactly("mine");
    }

    @Test
    void rules_areAskedAboutOwnMemoryToo() {
        Rule noWrites =
                (who, action) -> action.type().equals("memory") ? Decision.deny("no memories today") : Decision.allow();

        try (var strict = new OpenedRuntime(new FakeStore(), builder -> builder.rule(noWrites))) {
            for (Consumer<Memory> call : java.util.List.of(
                    READS.get("get"), READS.get("recall"), WRITES.get("put"), WRITES.get("remember"))) {
                Object got = strict.inAgent("a", ctx -> {
                    try {
                        call.accept(ctx.memory());
                        return "let through";
                    } catch (DeniedException e) {
                        return e.reason();
                    }
                });
                assertThat(got).isEqualTo("no memories today");
            }
        }
    }

    @Test
    void host_isNarrowed_byItsGrants() {
        try (var narrow = new OpenedRuntime(
                new FakeStore(),
                builder -> builder.hostGrants(
                        Capability.parse("memory:shared/open read,write"), Capability.parse("agent:** spawn")))) {
            AgentOS os = narrow.os;
            os.memory("shared/open").longTerm().remember("sun");

            assertThatThrownBy(() -> os.memory("shared/closed").longTerm().remember("sun"))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("memory:shared/closed write");
            assertThat(os.memories()).containsOnlyKeys("shared/open");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "agent/a#1", "agent/../b", "shared/*", "memory:shared/x"})
    void memory_throws_whenTheNamespaceIsNone(String hostile) {
        assertThatThrownBy(() -> runtime.os.memory(hostile))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + hostile + "'");
        assertThat(runtime.inAgent("a", ctx -> {
                    try {
                        return ctx.memory(hostile).namespace();
                    } catch (IllegalArgumentException e) {
                        return "refused";
                    }
                }))
                .isEqualTo("refused");
    }

    @Test
    void laterAgentOfTheName_seesNothingOfTheFirst() {
        runtime.inAgent("a", ctx -> {
            ctx.memory().longTerm().remember("sun");
            return ctx.memory().working().put("k", "v");
        });

        Object second = runtime.inAgent(
                "a",
                ctx -> ctx.memory().working().keys().size()
                        + ctx.memory().longTerm().size());

        assertThat(second).isEqualTo(0L);
    }

    @Test
    void agentsMemory_isThatOfTheLiving_elseOfTheLast() {
        runtime.inAgent("a", ctx -> ctx.memory().working().put("who", "first"));
        var first = runtime.os.memory("agent/a").working().get("who", String.class);
        var second = runtime.os.spawn(AgentSpec.builder("a")
                .run(ctx -> {
                    ctx.memory().working().put("who", "second");
                    ctx.receive();
                })
                .build());
        runtime.clock.awaitQuiet();

        var living = runtime.os.memory("agent/a").working().get("who", String.class);
        second.terminate("enough");
        var ended = runtime.os.memory("agent/a").working().get("who", String.class);

        assertThat(first).contains("first");
        assertThat(living).contains("second");
        assertThat(ended).contains("second");
    }

    @Test
    void agentsMemory_isFound_byTheNextProgramOverTheStore() {
        runtime.inAgent("a", ctx -> ctx.memory().longTerm().remember("sun"));
        runtime.close();

        try (var next = new OpenedRuntime(runtime.store, builder -> builder)) {
            assertThat(next.os.memory("agent/a").longTerm().size()).isEqualTo(1);
            assertThat(next.os.memories()).containsExactly(Map.entry("agent/a", 1L));
        }
    }

    @Test
    void agentsMemory_isAnError_whenThereNeverWasOne() {
        var memory = runtime.os.memory("agent/nobody").longTerm();

        assertThatThrownBy(memory::size)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'nobody'");
    }

    @Test
    void memories_showWhatIsReachable() {
        runtime.inAgent("a", ctx -> ctx.memory().longTerm().remember("old"));
        runtime.inAgent("a", ctx -> ctx.memory().longTerm().remember("new"));
        runtime.os.memory("shared/x").longTerm().remember("one");
        runtime.os.memory("shared/x").longTerm().remember("two");

        assertThat(runtime.memories()).containsExactly(Map.entry("agent/a", 1L), Map.entry("shared/x", 2L));
    }
}
