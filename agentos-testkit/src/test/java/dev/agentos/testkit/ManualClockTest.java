package dev.agentos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ManualClock clock = ManualClock.startingAt(START);

    @Test
    void now_standsStill_untilItIsMoved() {
        clock.advance(Duration.ofMillis(1_500));

        assertThat(clock.now()).isEqualTo(START.plusMillis(1_500));
        assertThat(clock.nanoTime()).isEqualTo(1_500_000_000);
        assertThat(clock.passes()).isFalse();
    }

    @Test
    void advance_refuses_toGoBack() {
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
        assertThat(clock.now()).isEqualTo(START);
    }

    @Test
    void advance_firesOneInstantAtATime_andWaitsForQuietAfterEach() {
        var timers = FakeTimers.on(clock);
        timers.at(20);
        timers.at(10);
        timers.at(20);
        timers.at(31);

        clock.advance(Duration.ofSeconds(30));

        assertThat(timers.log())
                .containsExactly(
                        "quiet at 0", "fired at 10", "quiet at 10", "fired at 20", "fired at 20", "quiet at 20");
        assertThat(clock.now()).isEqualTo(START.plusSeconds(30));
    }

    @Test
    void advance_firesWhatBecomesDueMeanwhile() {
        var timers = FakeTimers.on(clock);
        timers.at(10, () -> timers.at(15, () -> timers.at(99)));

        clock.advance(Duration.ofSeconds(20));

        assertThat(timers.log()).contains("fired at 10", "fired at 15").doesNotContain("fired at 99");
    }

    @Test
    void advance_firesWhatIsDueNow_whenMovedByNothing() {
        var timers = FakeTimers.on(clock);
        timers.at(0);

        clock.advance(Duration.ZERO);

        assertThat(timers.log()).containsExactly("quiet at 0", "fired at 0", "quiet at 0");
    }

    @Test
    void advance_keepsTheOrderOfTime_overTwoRuntimes() {
        var log = new ArrayList<String>();
        var one = new FakeTimers(clock, log);
        var other = new FakeTimers(clock, log);
        clock.attach(one);
        clock.attach(other);
        other.at(1);
        one.at(2);
        other.at(3);

        clock.advance(Duration.ofSeconds(5));

        assertThat(log)
                .filteredOn(line -> line.startsWith("fired"))
                .containsExactly("fired at 1", "fired at 2", "fired at 3");
    }

    @Test
    void advance_leavesARuntimeAlone_onceItIsDetached() {
        var timers = new FakeTimers(clock, new ArrayList<>());
        var attached = clock.attach(timers);
        timers.at(1);

        attached.close();
        clock.advance(Duration.ofSeconds(2));

        assertThat(timers.log()).isEmpty();
    }

    @Test
    void advance_fails_whereTheSystemDoesNotBecomeQuiet() {
        var timers = FakeTimers.on(clock);
        timers.at(10, timers::neverQuiet);
        timers.at(20);

        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(30)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("2026-01-01T00:00:10Z")
                .hasMessageContaining("waits for something outside of the runtime");
        assertThat(clock.now()).isEqualTo(START.plusSeconds(10));
        assertThat(timers.log()).doesNotContain("fired at 20");
    }
}
