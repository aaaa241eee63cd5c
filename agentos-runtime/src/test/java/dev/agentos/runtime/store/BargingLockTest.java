package dev.agentos.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BargingLockTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 5_000;

    private final BargingLock lock = new BargingLock();
    private int count;

    @Test
    void lock_excludesOthers_whenThreadsOfBothKindsContend() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(
                    i % 2 == 0
                            ? Thread.ofVirtual().start(this::countUp)
                            : Thread.ofPlatform().start(this::countUp));
        }

        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(count).isEqualTo(THREADS * ROUNDS);
    }

    private void countUp() {
        for (int i = 0; i < ROUNDS; i++) {
            lock.lock();
            try {
                count++;
            } finally {
                lock.unlock();
            }
        }
    }

    @Test
    void lock_keepsTheInterrupt_whenItHasToWait() throws InterruptedException {
        lock.lock();
        var interrupted = new ArrayList<Boolean>();
        Thread waiting = Thread.ofPlatform().start(() -> {
            lock.lock();
            interrupted.add(Thread.currentThread().isInterrupted());
            lock.unlock();
        });
        waiting.interrupt();

        lock.unlock();
        waiting.join();

        assertThat(interrupted).containsExactly(true);
    }
}
