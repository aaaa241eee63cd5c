package dev.agentos.tools.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.tools.file.FileWriter.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** F6: two threads exchange a directory for a link to another one while files are read and written through it. */
class FileRaceTest {
    private static final String INSIDE = "inside";
    private static final String OUTSIDE = "outside";

    @TempDir
    private Path temp;

    @Test
    @Timeout(120)
    void f6_nothingOutsideIsTouched_whenADirectoryFlipsToALink_openat2() throws Exception {
        race(Opener.probe(), 10_000);
    }

    @Test
    @Timeout(120)
    void f6_nothingOutsideIsTouched_whenADirectoryFlipsToALink_walk() throws Exception {
        race(new Opener.Walk(), 10_000);
    }

    @Test
    @Tag("stress")
    @Timeout(900)
    void f6_nothingOutsideIsTouched_in100000RoundsWithEachOpener() throws Exception {
        race(Opener.probe(), 100_000);
        race(new Opener.Walk(), 100_000);
    }

    private void race(Opener opener, int rounds) throws Exception {
        Path base = Files.createTempDirectory(temp.toRealPath(), "race");
        Path outside = Files.createDirectory(base.resolve("outside"));
        Files.writeString(outside.resolve("f"), OUTSIDE);
        Path workspace = Files.createDirectory(base.resolve("ws"));
        Files.writeString(Files.createDirectory(workspace.resolve("real")).resolve("f"), INSIDE);
        Files.createSymbolicLink(workspace.resolve("link"), outside);
        var stop = new AtomicBoolean();
        var flips = new AtomicInteger();
        List<Thread> flippers = List.of(
                Thread.ofPlatform().start(() -> flip(workspace, stop, flips)),
                Thread.ofPlatform().start(() -> flip(workspace, stop, flips)));
        int[] seen;
        try (FileRoot root =
                FileRoot.open(FilePath.parse(workspace.toString()), new FileRules(false, Set.of(), false), opener)) {
            seen = readAndWrite(root, rounds);
        } finally {
            stop.set(true);
            for (Thread flipper : flippers) {
                flipper.join();
            }
        }

        assertThat(outside.resolve("f")).hasContent(OUTSIDE);
        try (var names = Files.list(outside)) {
            assertThat(names).containsExactly(outside.resolve("f"));
        }
        // The race must really have been run: both sides of it were met.
        assertThat(flips.get()).isGreaterThan(100);
        assertThat(seen[0]).as("reads that succeeded").isPositive();
        assertThat(seen[1]).as("refusals").isPositive();
    }

    private static int[] readAndWrite(FileRoot root, int rounds) {
        int successes = 0;
        int refusals = 0;
        FilePath file = FilePath.parse("dir/f", root.path());
        FilePath fresh = FilePath.parse("dir/new", root.path());
        byte[] content = INSIDE.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < rounds; i++) {
            try {
                byte[] read = new FileReader(root).read(file, 0, 100).bytes();
                assertThat(new String(read, StandardCharsets.UTF_8)).isEqualTo(INSIDE);
                successes++;
                new FileWriter(root).write(i % 2 == 0 ? file : fresh, content, Mode.REPLACE, false);
                new FileWriter(root).write(fresh, content, Mode.APPEND, false);
                new FileWriter(root).delete(fresh);
            } catch (FileRefusedException e) {
                assertThat(e.problem())
                        .isIn(FileProblem.SYMBOLIC_LINK, FileProblem.NOT_FOUND, FileProblem.EXISTS, FileProblem.IO);
                refusals++;
            }
        }
        return new int[] {successes, refusals};
    }

    /** Puts the real directory or the link under the name "dir", by renames as an attacker with write access would. */
    private static void flip(Path workspace, AtomicBoolean stop, AtomicInteger flips) {
        Path dir = workspace.resolve("dir");
        while (!stop.get()) {
            exchange(workspace.resolve("real"), dir, workspace.resolve("real"), flips);
            exchange(workspace.resolve("link"), dir, workspace.resolve("link"), flips);
            Thread.onSpinWait();
        }
    }

    private static void exchange(Path from, Path dir, Path back, AtomicInteger flips) {
        try {
            Files.move(from, dir);
            flips.incrementAndGet();
            Files.move(dir, back);
        } catch (IOException e) {
            // The other flipper was faster: that is the point.
        }
    }
}
