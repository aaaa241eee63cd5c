package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.security.LocalAuthorityTest.SettableTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SlidingWindowProperties {
    @Property
    void fits_agreesWithCounting(
            @ForAll @IntRange(min = 1, max = 5) int count,
            @ForAll @Size(max = 60) List<@IntRange(max = 40) Integer> pauses) {
        var clock = new SettableTime(Instant.EPOCH);
        var window = new SlidingWindow(BigDecimal.valueOf(count), Duration.ofNanos(100), clock);
        var taken = new ArrayList<Long>();

        for (int pause : pauses) {
            clock.advance(Duration.ofNanos(pause));
            long now = clock.nanoTime();
            boolean expected =
                    taken.stream().filter(moment -> now - moment < 100).count() < count;

            boolean room = window.fits(BigDecimal.ONE);

            assertThat(room).isEqualTo(expected);
            if (room) {
                window.add(BigDecimal.ONE);
                taken.add(now);
            }
        }
    }
}
