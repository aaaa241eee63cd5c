package dev.agentos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

    /** 292 years of nanoseconds are all that a reading holds. */
    @Test
    void advance_refuses_moreTimeThanAReadingHolds_andStandsWhereItWas() {
        clock.advance(Duration.ofSeconds(1));

        assertThatThrownBy(() -> clock.advance(Duration.ofDays(300 * 365))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(Long.MAX_VALUE)))
                .isInstanceOf(ArithmeticException.class);
        assertThat(clock.now()).isEqualTo(START.plusSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(clock.now()).as("and goes on").isEqualTo(START.plusSeconds(2));
    }

    @Test
    void advance_standsAtTheInstant_whoseTimerThrew() {
        var timers = FakeTimers.on(clock);
        timers.at(10, () -> {
            throw new IllegalStateException("boom");
        });

        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(30))).hasMessage("boom");

        assertThat(clock.now()).isEqualTo(START.plusSeconds(10));
        clock.advance(Duration.ofSeconds(1));
        assertThat(clock.now()).as("and can be moved again").isEqualTo(START.plusSeconds(11));
    }

    @Test
    void advance_inSteps_firesWhatOneStepWould() {
        var whole = ManualClock.startingAt(START);
        var inOne = FakeTimers.on(whole);
        var inSteps = FakeTimers.on(clock);
        for (int second : new int[] {1, 3, 3, 7, 10}) {
            inOne.at(second);
            inSteps.at(second);
        }

        whole.advance(Duration.ofSeconds(10));
        for (int step = 0; step < 10; step++) {
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(fired(inSteps)).isEqualTo(fired(inOne)).hasSize(5);
        assertThat(clock.now()).isEqualTo(whole.now());
    }

    @Test
    void attach_mayBeClosedAgain_andDetachesOneRuntimeOnly() {
        var one = new FakeTimers(clock, new ArrayList<>());
        var other = new FakeTimers(clock, new ArrayList<>());
        var attached = clock.attach(one);
        clock.attach(other);
        one.at(1);
        other.at(1);

        attached.close();
        attached.close();
        clock.advance(Duration.ofSeconds(2));

        assertThat(fired(one)).isEmpty();
        assertThat(fired(other)).hasSize(1);
    }

    private static List<String> fired(FakeTimers timers) {
        return timers.log().stream().filter(line -> line.startsWith("fired")).toList();
    }
}
