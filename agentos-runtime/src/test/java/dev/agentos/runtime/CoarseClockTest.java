package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CoarseClockTest {
    /** An unused clock stops ticking after some 50 ms; closed at that very moment, it once went on waiting for ever. */
    @Test
    void close_endsTheThread_atWhateverMoment() throws InterruptedException {
        var clocks = new ArrayList<CoarseClock>();
        long begin = System.nanoTime();
        for (int i = 0; i < 300; i++) {
            clocks.add(new CoarseClock("closing-" + i, TimeSource.system()));
        }
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("closing-"))
                .toList();

        int closed = 0;
        while (closed < clocks.size()) {
            // From 40 ms on, a few in each tenth of a millisecond.
            if (System.nanoTime() - begin > 40_000_000L + closed * 100_000L) {
                clocks.get(closed++).close();
            }
        }

        assertThat(threads).isNotEmpty();
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(30))).as(thread.getName()).isTrue();
        }
    }

    @Test
    void now_followsTheSource() {
        try (var clock = new CoarseClock("following", TimeSource.system())) {
            var first = clock.now();

            Eventually.until("the clock has gone on", () -> clock.now().isAfter(first));
        }
    }
}
