package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.StorageException.Problem;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.spi.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system without room. Where none can be mounted, {@code OpeningTest} has a database that may not grow. */
class FullDiskTest {
    private static final int MEGABYTES = 4;

    @TempDir
    Path folder;

    private Path disk;
    private Path file;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        file = disk.resolve("desk.db");
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", disk.toString()),
                "no small file system can be mounted here: that takes root, and a kernel that lets it");
    }

    @AfterEach
    void unmount() throws Exception {
        if (!run("mountpoint", "-q", disk.toString())) {
            return;
        }
        assertThat(run("umount", disk.toString())).isTrue();
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    /** What is on the disk beside the store. */
    private Path leave(long bytes) throws IOException {
        Path filler = disk.resolve("filler");
        long room = Files.getFileStore(disk).getUsableSpace();
        return Files.write(filler, new byte[Math.toIntExact(room - bytes)]);
    }

    private static @Nullable StorageException commit(Storage storage, String type, List<String> acknowledged) {
        try {
            Stores.commit(storage, Stores.event(type));
            acknowledged.add(type);
            return null;
        } catch (CompletionException e) {
            return (StorageException) e.getCause();
        }
    }

    @Test
    void commits_failTyped_andGoOnWhenThereIsRoomAgain() throws Exception {
        var acknowledged = new ArrayList<String>();
        var told = new CopyOnWriteArrayList<String>();
        try (Storage storage = Stores.open(file)) {
            storage.addWatcher((problem, detail) -> told.add(problem));
            Path filler = leave(300_000);
            StorageException failure = null;
            for (int i = 0; failure == null && i < 10_000; i++) {
                failure = commit(storage, i + "x".repeat(2_000), acknowledged);
            }

            assertThat(failure).isNotNull();
            assertThat(failure.problem()).isEqualTo(Problem.FULL);
            assertThat(failure).hasMessageContaining("no space left on its disk: free some");
            assertThat(types(storage)).isEqualTo(acknowledged);

            Files.delete(filler);
            assertThat(commit(storage, "after", acknowledged)).isNull();
            assertThat(types(storage)).isEqualTo(acknowledged);
            assertThat(storage.maintenance().check()).isEmpty();
        }
        assertThat(told).containsExactly("full", "recovered");
        try (Storage storage = Stores.open(file)) {
            assertThat(types(storage)).isEqualTo(acknowledged);
        }
    }

    @Test
    void store_losesNothing_whenItIsClosedWhileTheDiskIsFull() throws Exception {
        var acknowledged = new ArrayList<String>();
        Path filler;
        try (Storage storage = Stores.open(file)) {
            filler = leave(300_000);
            StorageException failure = null;
            for (int i = 0; failure == null && i < 10_000; i++) {
                failure = commit(storage, i + "x".repeat(2_000), acknowledged);
            }
            assertThat(failure).isNotNull();
        }
        Files.delete(filler);

        try (Storage storage = Stores.open(file)) {
            assertThat(types(storage)).isEqualTo(acknowledged);
            assertThat(storage.maintenance().check()).isEmpty();
        }
    }

    @Test
    void backup_failsAndLeavesNothing_whenItsDiskIsFull() throws Exception {
        Path elsewhere = folder.resolve("desk.db");
        try (Storage storage = Stores.open(elsewhere)) {
            Stores.commit(storage, Stores.line("l".repeat(5 << 20), null));
            Path copy = disk.resolve("copy.db");

            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.maintenance().backup(copy))
                    .withMessageContaining("cannot be copied to " + copy)
                    .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.FULL));

            assertThat(disk).isEmptyDirectory();
            Stores.commit(storage, Stores.event("goes on"));
        }
    }

    @Test
    void open_failsTyped_whenThereIsNoRoomForAStore() throws Exception {
        Path filler = leave(16_384);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Stores.open(file))
                .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.FULL));

        Files.delete(filler);
        Stores.open(file).close();
    }

    private static List<String> types(Storage storage) {
        return storage.events().find(EventFilter.all(), 0, Integer.MAX_VALUE).stream()
                .map(Event::type)
                .toList();
    }
}
