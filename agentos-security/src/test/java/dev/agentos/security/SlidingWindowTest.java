package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.security.LocalAuthorityTest.SettableTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {
    private final SettableTime time = new SettableTime(Instant.EPOCH);

    @Test
    void fits_again_exactlyOneWindowAfterTheFirst() {
        var window = new SlidingWindow(BigDecimal.valueOf(1), Duration.ofSeconds(1), time);
        window.add(BigDecimal.ONE);

        time.advance(Duration.ofNanos(999_999_999));
        boolean full = !window.fits(BigDecimal.ONE);
        time.advance(Duration.ofNanos(1));

        assertThat(full).isTrue();
        assertThat(window.fits(BigDecimal.ONE)).isTrue();
    }

    @Test
    void fits_keepsToALargeRate_inAnyWindow() {
        var window = new SlidingWindow(BigDecimal.valueOf(100_000), Duration.ofSeconds(100), time);
        var taken = new ArrayList<Long>();

        for (int i = 0; i < 400_000; i++) {
            time.advance(Duration.ofMillis(1));
            if (i % 3 != 0 && window.fits(BigDecimal.ONE)) {
                window.add(BigDecimal.ONE);
                taken.add(time.nanoTime());
            }
        }

        for (int i = 100_000; i < taken.size(); i++) {
            assertThat(taken.get(i) - taken.get(i - 100_000)).isGreaterThanOrEqualTo(100_000_000_000L);
        }
        assertThat(taken).hasSizeGreaterThan(260_000); // refuses none, since two in three milliseconds keep to it
    }

    @Test
    void fits_neverAgain_whenTheWindowIsLongerThanTheClock() {
        var window = new SlidingWindow(BigDecimal.valueOf(1), Duration.ofDays(400_000), time);
        window.add(BigDecimal.ONE);

        time.advance(Duration.ofDays(10_000));

        assertThat(window.fits(BigDecimal.ONE)).isFalse();
    }
}
