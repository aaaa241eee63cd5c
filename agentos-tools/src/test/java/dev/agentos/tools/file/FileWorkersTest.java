package dev.agentos.tools.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.testkit.LeakCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FileWorkersTest {
    private final FileWorkers workers = new FileWorkers();

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void call_runsOnAPlatformThread_whateverTheCallerIs() throws InterruptedException {
        var virtual = new AtomicReference<Boolean>();

        Thread caller = Thread.ofVirtual()
                .start(() ->
                        virtual.set(workers.call(() -> Thread.currentThread().isVirtual())));
        caller.join();

        assertThat(virtual).hasValue(false);
    }

    @Test
    void call_throwsWhatTheTaskThrew() {
        var refused = new FileRefusedException(FileProblem.EXISTS, "x");

        assertThatExceptionOfType(FileRefusedException.class)
                .isThrownBy(() -> workers.call(() -> {
                    throw refused;
                }))
                .isSameAs(refused);
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> workers.call(() -> {
                    throw new OutOfMemoryError("native");
                }));
        assertThatExceptionOfType(FileRefusedException.class)
                .isThrownBy(() -> workers.call(() -> {
                    throw new IOException("odd");
                }))
                .matches(e -> e.problem() == FileProblem.IO);
    }

    @Test
    void call_interruptsItsTask_whenTheCallerIsInterrupted() throws InterruptedException {
        var running = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var thrown = new AtomicReference<FileRefusedException>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                workers.call(() -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return "";
                });
            } catch (FileRefusedException e) {
                thrown.set(e);
            }
        });
        running.await();

        caller.interrupt();
        caller.join();
        interrupted.await();

        assertThat(thrown.get().problem()).isEqualTo(FileProblem.CANCELLED);
    }

    @Test
    void call_startsNothing_whenTheCallerIsInterruptedAlready() {
        var ran = new ArrayList<String>();
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(FileRefusedException.class).isThrownBy(() -> workers.call(() -> ran.add("ran")));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ran).isEmpty();
    }

    @Test
    void calls_goOn_whileOthersHangInTheKernel() throws InterruptedException {
        var end = new CountDownLatch(1);
        var hanging = new CountDownLatch(7);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            callers.add(Thread.ofVirtual()
                    .start(() -> workers.call(() -> {
                        hanging.countDown();
                        end.await();
                        return "";
                    })));
        }
        hanging.await();

        assertThat(workers.call(() -> "alive")).isEqualTo("alive");

        end.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
    }

    @Test
    void close_endsTheThreads_andRefusesFurtherCalls() {
        var leaks = LeakCheck.begin();
        var own = new FileWorkers();
        own.call(() -> "");

        own.close();

        leaks.assertNothingLeft();
        assertThatExceptionOfType(FileRefusedException.class)
                .isThrownBy(() -> own.call(() -> ""))
                .matches(e -> e.problem() == FileProblem.CANCELLED);
    }
}
