package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Note;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes out of a namespace and into one. */
class TransferTest {
    private static final String ID = "00000000-0000-0001-0000-000000000002";

    private final OpenedRuntime runtime = new OpenedRuntime();
    private final LongTermMemory from = runtime.os.memory("shared/from").longTerm();
    private final LongTermMemory to = runtime.os.memory("shared/to").longTerm();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private String exported() {
        var out = new ByteArrayOutputStream();
        from.export(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void export_isALineForEachEntry_thatHoldsNow() {
        from.remember("one");
        from.forget(from.remember("forgotten"));
        from.remember(Note.builder("expired").timeToLive(Duration.ofMinutes(1)).build());
        from.remember("two\nlines");
        runtime.clock.advance(Duration.ofMinutes(1));
        var out = new ByteArrayOutputStream();

        long count = from.export(out);

        assertThat(count).isEqualTo(2);
        JsonProvider json = Providers.only(JsonProvider.class);
        assertThat(out.toString(StandardCharsets.UTF_8).lines().map(json::parse))
                .extracting(line -> ((JsonObject) line).members().get("text"))
                .containsExactly(JsonValue.of("one"), JsonValue.of("two\nlines"));
    }

    @Test
    void importFrom_keepsIdsAndLeavesAloneWhatIsThere() {
        UUID one = from.remember("one");
        from.remember(Note.builder("two")
                .kind(MemoryKind.PROCEDURAL)
                .metadata("a", "b")
                .time(Instant.EPOCH)
                .timeToLive(Duration.ofDays(3))
                .build());
        String lines = exported();

        long fresh = to.importFrom(stream(lines));
        long again = to.importFrom(stream(lines));

        assertThat(fresh).isEqualTo(2);
        assertThat(again).isZero();
        assertThat(to.list(null, 10))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("namespace")
                .isEqualTo(from.list(null, 10));
        assertThat(to.get(one)).isPresent();
        assertThat(runtime.memoryRecords().stream()
                        .filter(record -> record.action().attributes().containsKey("entries"))
                        .map(record -> record.action().text("entries") + ", " + record.detail()))
                .containsExactly("2, 2 entries are new", "2, 0 entries are new");
    }

    @Test
    void importFrom_isOneCommit_withoutARowForWhatIsKnown() {
        from.rememberAll(Collections.nCopies(1_500, Note.of("x")));
        String lines = exported();
        to.importFrom(stream(lines.lines().findFirst().orElseThrow()));
        runtime.store.durabilities.clear();

        long fresh = to.importFrom(stream(lines));

        assertThat(fresh).isEqualTo(1_499);
        assertThat(runtime.store.durabilities).hasSize(1);
        assertThat(to.size()).isEqualTo(1_500);
    }

    @Test
    void importFrom_readsWhatAnotherVersionWrote() {
        String line =
                "{\"id\":\"" + ID + "\",\"text\":\"sun\",\"mood\":\"bright\",\"namespace\":\"agent/other\"}\r\n\n";

        long fresh = to.importFrom(stream(line));

        assertThat(fresh).isEqualTo(1);
        assertThat(to.get(UUID.fromString(ID)))
                .contains(new Entry(
                        UUID.fromString(ID),
                        "shared/to",
                        MemoryKind.SEMANTIC,
                        "sun",
                        Map.of(),
                        0.5,
                        "",
                        OpenedRuntime.START,
                        OpenedRuntime.START,
                        null,
                        null,
                        null));
    }

    @Test
    void importFrom_takesTheFirst_ofTwoWithOneId() {
        String line = "{\"id\":\"" + ID + "\",\"text\":\"%s\"}\n";

        assertThat(to.importFrom(stream(line.formatted("first") + line.formatted("second"))))
                .isEqualTo(1);
        assertThat(to.get(UUID.fromString(ID)).orElseThrow().text()).isEqualTo("first");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no json | unexpected",
                "[] | an entry is an object",
                "{} | 'text'",
                "{\"text\":\"x\"} | 'id'",
                "{\"text\":7,\"id\":\"ID\"} | 'text'",
                "{\"text\":\" \",\"id\":\"ID\"} | a note has a text",
                "{\"text\":\"x\",\"id\":\"7\"} | 7",
                "{\"text\":\"x\",\"id\":\"ID\",\"kind\":\"ODD\"} | ODD",
                "{\"text\":\"x\",\"id\":\"ID\",\"importance\":2} | 2.0",
                "{\"text\":\"x\",\"id\":\"ID\",\"importance\":\"high\"} | 'importance'",
                "{\"text\":\"x\",\"id\":\"ID\",\"time\":\"yesterday\"} | yesterday",
                "{\"text\":\"x\",\"id\":\"ID\",\"metadata\":[]} | 'metadata'",
                "{\"text\":\"x\",\"id\":\"ID\",\"metadata\":{\"a\":1}} | 'a'",
                "{\"text\":\"x\",\"text\":\"y\",\"id\":\"ID\"} | text",
            })
    void importFrom_namesTheLine_andRemembersNothing(String line, String problem) {
        String good = "{\"id\":\"" + ID + "\",\"text\":\"sun\"}\n";

        assertThatThrownBy(() -> to.importFrom(stream(good + "\n" + line.replace("ID", ID) + "\n")))
                .isInstanceOfSatisfying(
                        JsonException.class, e -> assertThat(e.line()).isEqualTo(3))
                .hasMessageStartingWith("line 3: ")
                .hasMessageContaining(problem.equals("unexpected") ? "line 3" : problem);

        assertThat(to.size()).isZero();
    }

    @Test
    void importFrom_refusesBytes_thatAreNoText() {
        assertThatThrownBy(() -> to.importFrom(new ByteArrayInputStream(new byte[] {'\n', (byte) 0xC3, '(', '\n'})))
                .isInstanceOf(JsonException.class)
                .hasMessage("line 2: it is not UTF-8");
    }

    /** Endless letters. */
    private static InputStream endless() {
        return new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
    }

    @Test
    void importFrom_readsNoFurther_thanALineMayBe() {
        assertThatThrownBy(() -> to.importFrom(endless()))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("line 1: a line has at most");
    }

    @Test
    void importFrom_readsNoFurther_thanAnImportMayBe() {
        String line = "{\"id\":\"" + ID + "\",\"text\":\"x\",\"junk\":\"" + "x".repeat(5_000_000) + "\"}\n";
        InputStream lines = new SequenceInputStream(Collections.enumeration(
                Collections.nCopies(20, line).stream().map(TransferTest::stream).toList()));

        assertThatThrownBy(() -> to.importFrom(lines))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("an import has at most 67108864 bytes");
        assertThat(to.size()).isZero();
    }

    @Test
    void failuresOfStreams_areSaid() {
        from.remember("sun");
        var broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the plug was pulled");
            }
        };
        var full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no room");
            }
        };

        assertThatThrownBy(() -> to.importFrom(broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("the plug was pulled");
        assertThatThrownBy(() -> from.export(full))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("no room");
    }

    @Test
    void streams_areLeftOpen() {
        from.remember("sun");
        var out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                throw new AssertionError("not ours to close");
            }
        };
        from.export(out);
        var in = new ByteArrayInputStream(out.toByteArray()) {
            @Override
            public void close() {
                throw new AssertionError("not ours to close");
            }
        };

        assertThat(to.importFrom(in)).isEqualTo(1);
    }
}
