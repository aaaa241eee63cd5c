package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.Rate;
import dev.agentos.security.LocalAuthorityTest.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {
    private final SettableTime time = new SettableTime(Instant.EPOCH);

    @Test
    void isFull_ends_exactlyOneWindowAfterTheFirst() {
        var window = new SlidingWindow(new Rate(1, Duration.ofSeconds(1)), time);
        window.add();

        time.advance(Duration.ofNanos(999_999_999));
        boolean full = window.isFull();
        time.advance(Duration.ofNanos(1));

        assertThat(full).isTrue();
        assertThat(window.isFull()).isFalse();
    }

    @Test
    void isFull_keepsToALargeRate_inAnyWindow() {
        var window = new SlidingWindow(new Rate(100_000, Duration.ofSeconds(100)), time);
        var taken = new ArrayList<Long>();

        for (int i = 0; i < 400_000; i++) {
            time.advance(Duration.ofMillis(1));
            if (i % 3 != 0 && !window.isFull()) {
                window.add();
                taken.add(time.nanoTime());
            }
        }

        for (int i = 100_000; i < taken.size(); i++) {
            assertThat(taken.get(i) - taken.get(i - 100_000)).isGreaterThanOrEqualTo(100_000_000_000L);
        }
        assertThat(taken).hasSizeGreaterThan(260_000); // refuses none, since two in three milliseconds keep to it
    }

    @Test
    void isFull_isForGood_whenTheWindowIsLongerThanTheClock() {
        var window = new SlidingWindow(new Rate(1, Duration.ofDays(400_000)), time);
        window.add();

        time.advance(Duration.ofDays(10_000));

        assertThat(window.isFull()).isTrue();
    }
}
