package dev.agentos.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
    private final LeakCheck check = LeakCheck.begin();
    /** For what is there to stay. */
    private final LeakCheck atOnce = LeakCheck.begin(Duration.ZERO);

    @Test
    void nothing_isFound_whereNothingIsLeft() throws Exception {
        Thread.ofPlatform().start(() -> {}).join();
        new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close();

        assertThatCode(check::assertNothingLeft).doesNotThrowAnyException();
    }

    @Test
    void thread_isNamed_withWhereItStands() throws InterruptedException {
        var release = new CountDownLatch(1);
        var thread = Thread.ofPlatform().name("forgotten").start(() -> await(release));
        try {
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }

            assertThatThrownBy(atOnce::assertNothingLeft)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("thread 'forgotten' at ");
        } finally {
            release.countDown();
            thread.join();
        }
    }

    @Test
    void thread_isNoLeak_whenItEndsSoon() {
        var release = new CountDownLatch(1);
        Thread.ofPlatform().start(() -> await(release));
        Thread.ofVirtual().start(release::countDown);

        assertThatCode(check::assertNothingLeft).doesNotThrowAnyException();
    }

    @Test
    void thread_isNoLeak_whenItWasThereBefore() throws InterruptedException {
        var release = new CountDownLatch(1);
        var thread = Thread.ofPlatform().start(() -> await(release));
        try {
            var later = LeakCheck.begin();

            assertThatCode(later::assertNothingLeft).doesNotThrowAnyException();
        } finally {
            release.countDown();
            thread.join();
        }
    }

    @Test
    void process_isNamed() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs /bin/sh");
        // cat waits for its standard input, which is a pipe that only this test closes.
        var process = new ProcessBuilder("/bin/sh", "-c", "cat").start();
        try {
            assertThatThrownBy(atOnce::assertNothingLeft)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("process " + process.pid());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void socket_isFound_whereProcTells() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs /proc");
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(atOnce::assertNothingLeft)
                    .as("with " + socket)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("socket:[");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
