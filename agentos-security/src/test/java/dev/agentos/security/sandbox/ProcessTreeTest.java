package dev.agentos.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ProcessTreeTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    @Test
    void kill_reachesDescendants_whereThereIsNoProc() throws IOException {
        Process root = new ProcessBuilder("/bin/sh", "-c", "sleep 900 & sleep 900 & wait").start();
        await(() -> root.descendants().count() == 2);
        var children = root.descendants().toList();

        List<Long> survivors = ProcessTree.of(root.toHandle(), "mark", folder).kill(BOUND);

        assertThat(survivors).isEmpty();
        await(() -> !root.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void kill_sparesTheSessionOfThisJvm_beforeTheProcessHasItsOwn() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "needs /proc");
        Process root = new ProcessBuilder("/bin/sleep", "900").start();
        Process bystander = new ProcessBuilder("/bin/sleep", "900").start();

        // Said to have a session of its own, which it does not have yet.
        List<Long> survivors = ProcessTree.of(root.toHandle(), true, "mark").kill(BOUND);

        assertThat(survivors).isEmpty();
        assertThat(bystander.isAlive()).isTrue();
        bystander.destroyForcibly();
        await(() -> !root.isAlive() && !bystander.isAlive());
    }

    @Test
    void kill_sparesAProcess_thatHasOnlyASimilarMark() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "needs /proc");
        Process root = new ProcessBuilder("/bin/sleep", "900").start();
        var similar = new ProcessBuilder("/bin/sleep", "900");
        similar.environment().put("AGENTOS_RUN", "marks");
        similar.environment().put("OTHER_AGENTOS_RUN", "mark");
        Process bystander = similar.start();

        ProcessTree.of(root.toHandle(), false, "mark").kill(BOUND);

        assertThat(bystander.isAlive()).isTrue();
        bystander.destroyForcibly();
        await(() -> !root.isAlive() && !bystander.isAlive());
    }

    @Test
    void kill_findsAMarkedStranger_thatIsNobodysChild() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "needs /proc");
        Process root = new ProcessBuilder("/bin/sleep", "900").start();
        var tree = ProcessTree.of(root.toHandle(), false, "only-mark");
        var builder = new ProcessBuilder("/bin/sleep", "900");
        builder.environment().put("AGENTOS_RUN", "only-mark");
        Process marked = builder.start();

        List<Long> survivors = tree.kill(BOUND);

        assertThat(survivors).isEmpty();
        await(() -> !root.isAlive() && !marked.isAlive());
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
