package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.spi.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that is killed while it writes. */
class KillTest {
    @TempDir
    Path folder;

    @Test
    void acknowledgedRows_areAllThere_afterTheProcessIsKilled() throws Exception {
        assertNothingLost(folder.resolve("desk.db"), 500);
    }

    static LongStream points() {
        return LongStream.rangeClosed(1, 30).map(i -> i * i * 7);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("points")
    void acknowledgedRows_areAllThere_whereverItIsKilled(long afterLines) throws Exception {
        assertNothingLost(folder.resolve("desk.db"), afterLines);
    }

    @Test
    void open_namesTheOtherProcess_andTakesOverWhenThatIsDead() throws Exception {
        Path file = folder.resolve("desk.db");
        Process child = start(file);
        try (BufferedReader lines = child.inputReader()) {
            assertThat(lines.readLine()).containsOnlyDigits();

            assertThatThrownBy(() -> Stores.open(file)).hasMessageContaining("in use by process " + child.pid());
        } finally {
            child.destroyForcibly().waitFor();
        }

        Stores.open(file).close();
    }

    private static void assertNothingLost(Path file, long afterLines) throws Exception {
        List<Long> acknowledged = writeAndKill(file, afterLines);

        assertThat(Stores.query(file, "PRAGMA integrity_check")).isEqualTo("ok");
        try (Storage storage = Stores.open(file)) {
            List<Event> events = storage.events().find(EventFilter.all(), 0, Integer.MAX_VALUE);
            assertThat(events)
                    .extracting(Event::sequence)
                    .isEqualTo(LongStream.rangeClosed(1, storage.events().lastSequence())
                            .boxed()
                            .toList())
                    .containsAll(acknowledged);
            assertThat(events).filteredOn(event -> event.type().equals("first")).hasSize(events.size() / 2);
            assertThat(Stores.commit(storage, Stores.event("after")))
                    .extracting(Numbers::of)
                    .containsExactly(events.size() + 1L);
        }
    }

    private static List<Long> writeAndKill(Path file, long afterLines) throws IOException, InterruptedException {
        var acknowledged = new ArrayList<Long>();
        Process child = start(file);
        try (BufferedReader lines = child.inputReader()) {
            String line = lines.readLine();
            while (line != null) {
                acknowledged.add(Long.parseLong(line));
                if (acknowledged.size() == afterLines) {
                    // Of the handle: the process itself would close what is still to be read.
                    child.toHandle().destroyForcibly();
                }
                line = lines.readLine();
            }
        } catch (NumberFormatException halfALine) {
            // Killed while it printed: that one was acknowledged to nobody.
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo((int) afterLines);
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
                        KilledWriter.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
