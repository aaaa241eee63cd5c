package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RateWindowProperties {
    @Property
    void tryAdd_allowsExactlyTheRate_inEveryWindow(
            @ForAll @IntRange(min = 1, max = 30) int count,
            @ForAll @IntRange(min = 1, max = 50) int window,
            @ForAll @Size(max = 200) List<@IntRange(max = 9) Integer> steps) {
        var rate = new RateWindow(new Rate(count, Duration.ofNanos(window)));
        var allowed = new ArrayList<Long>();
        long now = Long.MAX_VALUE - 100;

        for (int step : steps) {
            // Overflows on the way: nanoTime may be anything.
            now += step;
            long at = now;
            boolean fits =
                    allowed.stream().filter(earlier -> at - earlier < window).count() < count;

            assertThat(rate.tryAdd(now)).isEqualTo(fits);
            if (fits) {
                allowed.add(now);
            }
        }
    }

    @Test
    void removeLatest_makesRoom() {
        var window = new RateWindow(new Rate(1, Duration.ofDays(1)));
        window.tryAdd(0);

        window.removeLatest();
        window.removeLatest();

        assertThat(window.tryAdd(1)).isTrue();
        assertThat(window.tryAdd(2)).isFalse();
    }

    @Test
    void window_isWithoutEnd_whenItIsLongerThanNanosecondsCanSay() {
        var window = new RateWindow(new Rate(1, Duration.ofDays(1_000_000)));
        window.tryAdd(0);

        boolean later = window.tryAdd(Duration.ofDays(100_000).toNanos());

        assertThat(later).isFalse();
    }
}
