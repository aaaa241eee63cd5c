package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Deadlines deadlines = new Deadlines(nanos::get);

    @Test
    void now_countsFromZero_thoughTheClockOverflows() {
        nanos.addAndGet(10);

        assertThat(deadlines.now()).isEqualTo(10);
        assertThat(deadlines.after(Duration.ofNanos(5))).isEqualTo(15);
    }

    @Test
    void after_isNever_whenItIsLongerThanCanBeCounted() {
        assertThat(deadlines.after(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        nanos.addAndGet(10);
        assertThat(deadlines.after(Duration.ofNanos(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void find_isEmpty_whenNothingIsInFlight() {
        deadlines.expireDue();

        assertThat(deadlines.find(run -> true)).isEmpty();
    }
}
