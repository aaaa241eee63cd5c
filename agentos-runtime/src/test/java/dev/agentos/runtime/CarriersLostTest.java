package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What terminated agents go on costing. */
class CarriersLostTest {
    private final AgentOS os =
            new LocalBuilder().terminateGrace(Duration.ofMillis(200)).build();
    private final AtomicBoolean release = new AtomicBoolean();
    private final CountDownLatch inside = new CountDownLatch(3);

    @AfterEach
    void close() {
        release.set(true);
        os.shutdown(Duration.ofSeconds(2));
    }

    private void loop() {
        inside.countDown();
        while (!release.get()) {
            Thread.onSpinWait();
        }
    }

    private void waitDeafly() {
        inside.countDown();
        while (!release.get()) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            Thread.interrupted();
        }
    }

    @Test
    void carriersLost_countsWhatComputes_untilItReturns_andNotWhatWaitsOrHasAPlatformThread() {
        AgentHandle computing = os.spawn("computing", ctx -> loop());
        AgentHandle deaf = os.spawn("deaf", ctx -> waitDeafly());
        AgentHandle platform = os.spawn(
                AgentSpec.builder("platform").run(ctx -> loop()).cpuBound().build());
        Eventually.reached(inside);
        int living = computing.info().carriersLost();

        var report = os.halt("enough");

        assertThat(report.abandoned()).hasSize(3);
        assertThat(living).isZero();
        assertThat(computing.info().carriersLost()).isOne();
        assertThat(platform.info().carriersLost()).isZero();
        Eventually.until("it waits", () -> deaf.info().carriersLost() == 0);
        release.set(true);
        Eventually.until("it returned", () -> computing.info().carriersLost() == 0);
    }
}
