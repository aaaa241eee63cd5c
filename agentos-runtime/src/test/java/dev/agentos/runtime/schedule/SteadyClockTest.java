package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final Clocks clocks = new Clocks();
    private final SteadyClock clock = new SteadyClock(clocks);

    private static final class Clocks implements TimeSource {
        private Instant wall = START;
        private long nanos = Long.MAX_VALUE - 1; // overflows soon

        void pass(Duration time) {
            wall = wall.plus(time);
            nanos += time.toNanos();
        }

        @Override
        public Instant now() {
            return wall;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }

    @Test
    void now_isTheTimeOnTheWall_asLongAsNobodySetsIt() {
        clocks.pass(HOUR);

        assertThat(clock.now()).isEqualTo(START.plus(HOUR)).isEqualTo(clock.counted());
        assertThat(clock.started()).isEqualTo(START);
    }

    @Test
    void now_goesOn_whenTheClockIsSetBack() {
        clocks.pass(HOUR);

        clocks.wall = START.minus(HOUR);
        clocks.pass(Duration.ofSeconds(1));

        assertThat(clock.now()).isEqualTo(START.plus(HOUR).plusSeconds(1));
    }

    @Test
    void now_followsTheWall_whenTheMachineHasSlept_andNothingIsForgottenForThat() {
        clocks.wall = START.plus(HOUR);

        assertThat(clock.now()).isEqualTo(START.plus(HOUR));
        assertThat(clock.counted()).isEqualTo(START);
    }

    @Test
    void now_isNeverBeforeWhatAStoreHasSeen_andGoesOnFromThere() {
        clock.know(START.plus(HOUR));
        clock.know(START); // long known
        Instant atOnce = clock.now();

        clocks.pass(Duration.ofSeconds(5));

        assertThat(atOnce).isEqualTo(START.plus(HOUR));
        assertThat(clock.now()).isEqualTo(START.plus(HOUR).plusSeconds(5));
        assertThat(clock.counted()).isEqualTo(START.plusSeconds(5));
    }
}
