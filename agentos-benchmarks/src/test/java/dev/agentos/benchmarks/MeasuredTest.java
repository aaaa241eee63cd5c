package dev.agentos.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuredTest {
    @Test
    void median_isTheMiddle_ofAnOddCount() {
        double median = Measured.median(List.of(9.0, 1.0, 5.0));

        assertThat(median).isEqualTo(5);
    }

    @Test
    void median_isBetweenTheMiddleTwo_ofAnEvenCount() {
        double median = Measured.median(List.of(4.0, 1.0, 2.0, 100.0));

        assertThat(median).isEqualTo(3);
    }

    @Test
    void cpuNanos_grows_whileTheProcessComputes() {
        long before = Measured.cpuNanos();

        while (Measured.cpuNanos() == before) {
            Thread.onSpinWait();
        }

        assertThat(Measured.cpuNanos()).isGreaterThan(before);
    }

    @Test
    void threadNanos_grows_whileAThreadComputes() {
        long before = Measured.threadNanos();

        for (long end = System.nanoTime() + 5_000_000; System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }

        assertThat(Measured.threadNanos()).isGreaterThan(before);
    }
}
