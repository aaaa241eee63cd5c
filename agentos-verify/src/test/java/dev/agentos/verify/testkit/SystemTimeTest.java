package dev.agentos.verify.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentOS;
import dev.agentos.testkit.AgentOSTest;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests whose time passes by itself. */
@AgentOSTest(manualTime = false)
class SystemTimeTest {
    @Test
    void time_isTheSystems(AgentOS os) {
        var before = Instant.now().minusSeconds(1);

        var agent = os.spawn("a", ctx -> {
            ctx.sleep(Duration.ofMillis(1));
            ctx.result(ctx.clock().instant());
        });

        assertThat(agent.await().result(Instant.class))
                .isBetween(before, Instant.now().plusSeconds(1));
    }

    @Test
    void manualClock_isRefused_withWhatToWrite() {
        var run = TestRun.of(WantsClock.class);

        assertThat(run.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasStackTraceContaining(
                                "the time of this test is the system's: @AgentOSTest(manualTime = true)"));
    }

    @AgentOSTest(manualTime = false)
    static class WantsClock {
        @Test
        void test(ManualClock clock) {
            clock.awaitQuiet();
        }
    }
}
