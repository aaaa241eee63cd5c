package dev.agentos.verify.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.testkit.AgentOSTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code @AgentOSTest} fails tests that leave something behind. Each class within is such a test. */
class LeftBehindTest {
    /** What ends the things that were left. */
    private static final BlockingDeque<AutoCloseable> LEFT = new LinkedBlockingDeque<>();

    @AfterEach
    void clear() throws Exception {
        for (var left = LEFT.poll(); left != null; left = LEFT.poll()) {
            left.close();
        }
    }

    @Test
    void test_passes_whenItLeavesNothing() {
        var run = TestRun.of(LeavesNothing.class);

        assertThat(run).isEqualTo(new TestRun(1, List.of()));
    }

    @Test
    void test_fails_whenItLeavesAThread() {
        assertFails(LeavesThread.class, "thread 'left-by-a-test'");
    }

    @Test
    void test_fails_whenItLeavesAProcess() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs /bin/sh");

        assertFails(LeavesProcess.class, "process ");
    }

    @Test
    void test_fails_whenItLeavesASocket() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs /proc");

        assertFails(LeavesSocket.class, "socket:[");
    }

    @Test
    void test_fails_whenAnAgentWillNotStop() {
        assertFails(LeavesAgent.class, "stubborn");
    }

    @Test
    void test_passes_whenItLeavesAThread_withoutLeakCheck() {
        var run = TestRun.of(LeavesThreadUnchecked.class);

        assertThat(run).isEqualTo(new TestRun(1, List.of()));
    }

    @Test
    void test_keepsItsOwnFailure_besideTheLeak() {
        var run = TestRun.of(FailsAndLeaves.class);

        assertThat(run.failures()).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessage("its own");
            assertThat(failure.getSuppressed()).singleElement().asString().contains("left-by-a-test");
        });
    }

    private static void assertFails(Class<?> testClass, String message) {
        var run = TestRun.of(testClass);

        assertThat(run.succeeded()).isZero();
        assertThat(run.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("left behind")
                        .hasMessageContaining(message));
    }

    private static void leaveThread() {
        var release = new CountDownLatch(1);
        var thread = Thread.ofPlatform().name("left-by-a-test").start(() -> awaitStubbornly(release));
        LEFT.add(() -> {
            release.countDown();
            thread.join();
        });
    }

    private static void awaitStubbornly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // That is the point: it does not stop when it is asked to.
            }
        }
    }

    @AgentOSTest
    static class LeavesNothing {
        @Test
        void leave(AgentOS os) {
            os.spawn("waiting", ctx -> ctx.receive());
        }
    }

    @AgentOSTest
    static class LeavesThread {
        @Test
        void leave(AgentOS os) {
            leaveThread();
        }
    }

    @AgentOSTest(leakCheck = false)
    static class LeavesThreadUnchecked {
        @Test
        void leave(AgentOS os) {
            leaveThread();
        }
    }

    @AgentOSTest
    static class LeavesProcess {
        @Test
        void leave() throws IOException {
            // Reads its standard input, a pipe that nobody closes.
            var process = new ProcessBuilder("/bin/sh", "-c", "read line").start();
            LEFT.add(() -> process.destroyForcibly().waitFor());
        }
    }

    @AgentOSTest
    static class LeavesSocket {
        @Test
        void leave() throws IOException {
            LEFT.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
    }

    @AgentOSTest
    static class LeavesAgent {
        @Test
        void leave(AgentOS os) throws InterruptedException {
            var started = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            LEFT.add(release::countDown);
            os.spawn(AgentSpec.builder("stubborn")
                    .run(ctx -> {
                        started.countDown();
                        awaitStubbornly(release);
                    })
                    .build());
            started.await();
        }
    }

    @AgentOSTest
    static class FailsAndLeaves {
        @Test
        void leave() {
            leaveThread();
            throw new IllegalStateException("its own");
        }
    }
}
