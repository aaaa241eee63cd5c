package dev.agentos.security.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Processes are confined while all carriers are busy with virtual threads that read files where no confined process may: a
 * restriction that reached a carrier would let a read fail, and every later one on it.
 */
class LinuxSandboxBesideVirtualThreadsTest extends LinuxScripts {
    /** Ten thousand threads that never wait leave little to others: this is not about speed. */
    private static final SandboxLimits PATIENT =
            limits().wallTime(Duration.ofMinutes(10)).build();

    private static final String SECRET = "not for processes";

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong reads = new AtomicLong();
    private final Queue<Object> failures = new ConcurrentLinkedQueue<>();

    @Test
    void restrictions_reachNoThreadOfThisJvm_whenProcessesStartAmongBusyVirtualThreads() throws Exception {
        startAmongReaders(150, 300, 8);
    }

    @Test
    @Tag("stress")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void restrictions_reachNoThreadOfThisJvm_whenTenThousandStartAmongTenThousand() throws Exception {
        startAmongReaders(10_000, 10_000, 64);
    }

    private void startAmongReaders(int processes, int readers, int atOnce)
            throws InterruptedException, ExecutionException {
        Path file = write("only-for-us", SECRET);
        SandboxPolicy nothing = policy();
        // Virtual threads that only yield keep others from the carriers for seconds, so who starts processes is none of
        // them.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService starters = Executors.newFixedThreadPool(atOnce)) {
            IntStream.range(0, readers).forEach(_ -> threads.execute(() -> readOn(file)));
            try {
                var started = IntStream.range(0, processes)
                        .mapToObj(_ -> starters.submit(() -> runOne(nothing, file)))
                        .toList();
                for (Future<?> each : started) {
                    each.get();
                    assertThat(failures).isEmpty();
                }
            } finally {
                over.set(true);
            }
        }

        assertThat(failures).isEmpty();
        assertThat(reads).hasValueGreaterThan(readers);
        await(() -> restrictedThreads().isEmpty());
    }

    @SuppressWarnings("ThreadPriorityCheck") // all of them are to read in turn, not the first two only
    private void readOn(Path file) {
        try {
            while (!over.get()) {
                if (!Files.readString(file).equals(SECRET)) {
                    failures.add("read something else");
                }
                reads.incrementAndGet();
                Thread.yield();
            }
        } catch (IOException e) {
            failures.add(e);
        }
    }

    /** That the process cannot read what the threads read shows that it was restricted, and they were not. */
    private void runOne(SandboxPolicy policy, Path file) {
        SandboxResult result = run(policy, "exec 2>/dev/null; read -r line < " + file + " && exit 1; exit 0", PATIENT);
        if (result.cause() != SandboxResult.Cause.EXIT || result.exitCode() != 0) {
            failures.add(result);
        }
    }
}
