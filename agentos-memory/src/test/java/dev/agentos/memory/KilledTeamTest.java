package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process with twenty writers of rows of every kind is killed: what they were told is written is there, and nothing by halves. */
class KilledTeamTest {
    private static final int MOST_LINES = 6_000;

    @TempDir
    Path folder;

    static LongStream points() {
        return new Random().longs(2, 1, MOST_LINES);
    }

    static LongStream manyPoints() {
        return new Random().longs(50, 1, MOST_LINES);
    }

    @ParameterizedTest
    @MethodSource("points")
    void store_isWhole_afterTheProcessIsKilled(long afterLines) throws Exception {
        assertWhole(folder.resolve("desk.db"), afterLines);
    }

    @Tag("stress")
    @ParameterizedTest
    @MethodSource("manyPoints")
    void store_isWhole_whereverTheProcessIsKilled(long afterLines) throws Exception {
        assertWhole(folder.resolve("desk.db"), afterLines);
    }

    private static void assertWhole(Path file, long afterLines) throws Exception {
        int[] acknowledged = writeAndKill(file, afterLines);

        assertThat(Stores.query(file, "PRAGMA integrity_check")).isEqualTo("ok");
        try (Storage storage = Stores.open(file)) {
            assertThat(storage.maintenance().check()).isEmpty();
            List<Event> events = storage.events().find(EventFilter.all(), 0, Integer.MAX_VALUE);
            for (int writer = 0; writer < KilledTeam.WRITERS; writer++) {
                String type = "writer-" + writer;
                int written = Math.toIntExact(events.stream()
                        .filter(event -> event.type().equals(type))
                        .count());
                // At most one more: the one whose acknowledgement was on its way.
                assertThat(written).as(type).isBetween(acknowledged[writer], acknowledged[writer] + 1);
                assertHoldsBatches(storage, writer, written);
            }
            assertThat(storage.deadLetters().lastSequence()).isEqualTo(events.size());
            assertThat(storage.maintenance().repair()).isEmpty();
        }
    }

    private static void assertHoldsBatches(Storage storage, int writer, int batches) {
        String namespace = KilledTeam.namespace(writer);
        assertThat(storage.messages().conversation(KilledTeam.messageId(writer, 0), Integer.MAX_VALUE))
                .hasSize(batches);
        assertThat(storage.messages().pending(Stores.DESK))
                .filteredOn(row -> row.message().correlation() == KilledTeam.messageId(writer, 0))
                .extracting(row -> row.message().id())
                .isEqualTo(batches == 0 ? List.of() : List.of(KilledTeam.messageId(writer, batches)));
        assertThat(storage.working().find(namespace, "s", "count", Instant.EPOCH))
                .isEqualTo(
                        batches == 0
                                ? Optional.empty()
                                : Optional.of(new StoredRow.WorkingRow(
                                        namespace, "s", "count", JsonValue.of(batches), batches, Instant.EPOCH, null)));
        assertThat(storage.conversations().after(namespace, "s", 0, Integer.MAX_VALUE))
                .extracting(Line::text)
                .isEqualTo(IntStream.rangeClosed(1, batches)
                        .mapToObj(batch -> "line " + batch)
                        .toList());
        assertEntries(storage, writer, batches);
    }

    private static void assertEntries(Storage storage, int writer, int batches) {
        String namespace = KilledTeam.namespace(writer);
        for (int batch = Math.max(1, batches - KilledTeam.LIFE - 1); batch <= batches; batch++) {
            boolean purged = batch <= batches - KilledTeam.LIFE;
            boolean ended = batch < batches;
            var kept = storage.entries().find(namespace, KilledTeam.id(writer, batch));
            assertThat(kept.isEmpty())
                    .as("batch %s of %s is purged", batch, batches)
                    .isEqualTo(purged);
            assertThat(kept.filter(entry -> entry.ended() != null).isPresent()).isEqualTo(ended && !purged);
            assertThat(found(storage, namespace, KilledTeam.word(writer, batch), null))
                    .isEqualTo(ended ? 0 : 1);
        }
        assertThat(found(storage, namespace, "nothing", Embedding.of("m", new float[] {1, -1, 1})))
                .isEqualTo(Math.min(batches, 1));
    }

    private static int found(Storage storage, String namespace, String text, @Nullable Embedding embedding) {
        Recall question = Recall.builder(text)
                .by(embedding == null ? Recall.By.WORDS : Recall.By.MEANING)
                .build();
        List<Hit> hits = storage.entries()
                .search(new Storage.EntrySearch(question, Set.of(namespace), embedding, Instant.EPOCH));
        return hits.size();
    }

    /** How many batches of each writer were acknowledged. */
    private static int[] writeAndKill(Path file, long afterLines) throws IOException, InterruptedException {
        var acknowledged = new int[KilledTeam.WRITERS];
        int lines = 0;
        Process child = start(file);
        try (BufferedReader output = child.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (!line.matches("\\d+ \\d+\\.")) {
                    // Killed while it printed: that one was acknowledged to nobody.
                    break;
                }
                String[] parts = line.split("[ .]", -1);
                int writer = Integer.parseInt(parts[0]);
                int batch = Integer.parseInt(parts[1]);
                assertThat(batch).isEqualTo(acknowledged[writer] + 1);
                acknowledged[writer] = batch;
                if (++lines == afterLines) {
                    // Of the handle: the process itself would close what is still to be read.
                    child.toHandle().destroyForcibly();
                }
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(lines).isGreaterThanOrEqualTo((int) afterLines);
        return acknowledged;
    }

    private static Process start(Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.sqlite.tmpdir=" + file.getParent(), // who is killed leaves its library there
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledTeam.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
