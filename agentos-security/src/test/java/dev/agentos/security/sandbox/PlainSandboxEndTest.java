package dev.agentos.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.security.LocalAuthorityProvider;
import dev.agentos.testkit.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How a process ends, and that nothing of it is left. */
class PlainSandboxEndTest extends PlainSandboxScripts {
    @Test
    void cause_tellsAnExitFromASignal() {
        var exit = run("exit 42");
        var terminated = run("kill -TERM $$");
        var killed = run("kill -KILL $$");

        assertThat(exit.cause()).isEqualTo(Cause.EXIT);
        assertThat(exit.exitCode()).isEqualTo(42);
        assertThat(terminated.cause()).isEqualTo(Cause.SIGNAL);
        assertThat(terminated.exitCode()).isEqualTo(143);
        assertThat(killed.cause()).isEqualTo(Cause.SIGNAL);
        assertThat(killed.exitCode()).isEqualTo(137);
    }

    @Test
    void timeout_isEnforced_whenSignalsAreIgnored() {
        var script = "trap '' TERM INT HUP QUIT; while :; do sleep N || :; done".replace("N", forLong);

        var result = end(sandbox.start(NO_GRANTS, command(script, Duration.ofMillis(300), 1_000)));

        assertThat(result.cause()).isEqualTo(Cause.WALL_TIME);
        assertThat(result.exitCode()).isEqualTo(137);
        assertThat(result.wallTime()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void timeout_isEnforced_whenTheProcessIsStopped() {
        var result = end(sandbox.start(NO_GRANTS, command("kill -STOP $$", Duration.ofMillis(300), 1_000)));

        assertThat(result.cause()).isEqualTo(Cause.WALL_TIME);
    }

    @Test
    void timeout_keepsWhatWasWrittenBefore() {
        var result =
                end(sandbox.start(NO_GRANTS, command("echo so far; sleep " + forLong, Duration.ofMillis(500), 1_000)));

        assertThat(result.cause()).isEqualTo(Cause.WALL_TIME);
        assertThat(result.stdout().text()).isEqualTo("so far\n");
    }

    @Test
    void timeout_isEnforced_whenEveryCarrierIsInAnEndlessLoop() throws InterruptedException {
        var stop = new AtomicBoolean();
        var spinners = new ArrayList<Thread>();
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            spinners.add(Thread.startVirtualThread(() -> {
                while (!stop.get()) {
                    Thread.onSpinWait();
                }
            }));
        }

        var result = end(sandbox.start(NO_GRANTS, command("echo on; sleep " + forLong, Duration.ofMillis(300), 1_000)));
        boolean stillLooping = !stop.getAndSet(true);
        for (Thread spinner : spinners) {
            spinner.join();
        }

        assertThat(stillLooping).isTrue();
        assertThat(result.cause()).isEqualTo(Cause.WALL_TIME);
        assertThat(result.stdout().text()).isEqualTo("on\n");
    }

    @Test
    void timeout_mayBeLongerThanAnyClock() {
        var result = end(sandbox.start(NO_GRANTS, command("true", Duration.ofSeconds(Long.MAX_VALUE), 1_000)));

        assertThat(result.cause()).isEqualTo(Cause.EXIT);
    }

    @Test
    void exit_leavesNoDaemon_thatLeftParentAndSession() {
        var script = "setsid nohup sleep N >/dev/null 2>&1 & (setsid sleep N &) ; (sleep N &) ; echo bye; exit 0"
                .replace("N", forLong);

        var result = run(script);

        assertThat(result.cause()).isEqualTo(Cause.EXIT);
        assertThat(result.stdout().text()).isEqualTo("bye\n");
        assertThat(sleeping()).isEmpty();
        assertThat(result.confinement().degraded()).containsExactly("TREE_KILL");
    }

    @Test
    void exit_leavesNoDaemon_thatForkedTwiceAndHoldsTheOutput() {
        var script = "bash -c 'setsid bash -c \"sleep N & sleep N & exit\" & exit' ; exit 3".replace("N", forLong);

        var result = run(script);

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(sleeping()).isEmpty();
    }

    /** The one that forks has often just ended when it is looked at, and its child is not in the list of processes yet. */
    @Test
    void exit_leavesNoDaemon_whoseParentEndsDuringTheLook() {
        var script = "setsid sh -c 'sh -c \"sleep N & exit\" & exit' & exit 0".replace("N", forLong);

        for (int run = 0; run < 40; run++) {
            run(script);
        }

        assertThat(sleeping()).isEmpty();
    }

    @Test
    void exit_leavesNoDaemon_thatClearedItsEnvironmentButKeptItsSession() {
        assertThat(run("env -i sleep " + forLong + " & exit 0").exitCode()).isZero();

        assertThat(sleeping()).isEmpty();
    }

    /** What {@code TREE_KILL} is about: without cgroups or a process namespace, this one gets away. */
    @Test
    void exit_isNotHeldUp_byADaemonThatCannotBeFound() {
        var script = "(env -i setsid bash -c ': >away; exec sleep N' &) ; while ! [ -e away ]; do :; done; echo gone"
                .replace("N", forLong);

        var result = run(script);

        assertThat(result.cause()).isEqualTo(Cause.EXIT);
        assertThat(result.stdout().text()).isEqualTo("gone\n");
        assertThat(result.confinement().degraded()).contains("TREE_KILL");
        sleeping().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    @Test
    void kill_reachesAChild_thatClearedItsEnvironmentAndItsSession() {
        var running = sandbox.start(
                NO_GRANTS, command("env -i setsid sleep N & wait".replace("N", forLong), Duration.ofMinutes(5), 1_000));
        await(() -> sleeping().size() == 1);

        running.kill(Cause.CANCELLED);

        assertThat(end(running).cause()).isEqualTo(Cause.CANCELLED);
        assertThat(sleeping()).isEmpty();
    }

    @Test
    void kill_reachesATreeThatForksMeanwhile() {
        var script =
                "f() { while :; do sleep N & setsid sleep N & sleep 0.005; done; }; f & f & wait".replace("N", forLong);
        var running = sandbox.start(NO_GRANTS, command(script, Duration.ofMinutes(5), 1_000));
        await(() -> sleeping().size() > 20);

        running.kill(Cause.CANCELLED);

        assertThat(end(running).cause()).isEqualTo(Cause.CANCELLED);
        assertThat(sleeping()).isEmpty();
    }

    @Test
    void kill_namesItsCause_andTheFirstOneStays() {
        var running = sandbox.start(NO_GRANTS, command("sleep " + forLong, Duration.ofMinutes(5), 1_000));

        running.kill(Cause.REVOKED);
        running.kill(Cause.CANCELLED);

        assertThat(end(running).cause()).isEqualTo(Cause.REVOKED);
    }

    @Test
    void kill_changesNothing_whenTheProcessHasEnded() {
        var running = sandbox.start(NO_GRANTS, command("exit 5", Duration.ofMinutes(5), 1_000));
        end(running);

        running.kill(Cause.CANCELLED);

        assertThat(end(running).cause()).isEqualTo(Cause.EXIT);
        assertThat(end(running).exitCode()).isEqualTo(5);
    }

    @Test
    void kill_spares_otherProcessesOfThisSandboxAndThisJvm() throws IOException {
        var other = sandbox.start(NO_GRANTS, command("echo up; sleep " + forLong, Duration.ofMinutes(5), 1_000));
        Process unrelated = new ProcessBuilder("/bin/sleep", "900").start();
        var running = sandbox.start(NO_GRANTS, command("sleep " + forLong, Duration.ofMinutes(5), 1_000));

        running.kill(Cause.CANCELLED);
        end(running);

        assertThat(ProcessHandle.of(other.pid())).get().matches(ProcessHandle::isAlive);
        assertThat(unrelated.isAlive()).isTrue();
        unrelated.destroyForcibly();
        await(() -> !unrelated.isAlive());
    }

    @Test
    void revocation_killsTheProcess() {
        Authority authority = new LocalAuthorityProvider().open(TimeSource.system());
        Grant grant = authority.derive(
                List.of(authority.mintRoot(PrincipalId.HOST)),
                PrincipalId.HOST,
                Capability.parse("tool:shell.execute call"));
        var policy = new SandboxPolicy(PrincipalId.HOST, List.of(grant));
        var running = sandbox.start(policy, command("sleep " + forLong, Duration.ofMinutes(5), 1_000));

        authority.revoke(grant);

        assertThat(end(running).cause()).isEqualTo(Cause.REVOKED);
        assertThatThrownBy(() -> sandbox.start(policy, command("true", PATH_ONLY)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("tool:shell.execute");
    }

    @Test
    void expiry_killsTheProcess() {
        var time = ManualClock.startingAt(Instant.parse("2026-03-02T12:00:00Z"));
        Authority authority = new LocalAuthorityProvider().open(time);
        Grant grant = authority.derive(
                List.of(authority.mintRoot(PrincipalId.HOST)),
                PrincipalId.HOST,
                Capability.parse("tool:shell.execute call; expires=2026-03-02T12:00:01Z"));
        var running = sandbox.start(
                new SandboxPolicy(PrincipalId.HOST, List.of(grant)),
                command("sleep " + forLong, Duration.ofMinutes(5), 1_000));

        time.advance(Duration.ofSeconds(1));

        assertThat(end(running).cause()).isEqualTo(Cause.REVOKED);
    }

    @Test
    void close_refusesNewProcesses() {
        sandbox.close();

        assertThatThrownBy(() -> sandbox.start(NO_GRANTS, command("true", PATH_ONLY)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void manyAtOnce_endWithTheirOwnResults() {
        var running = new ArrayList<Sandbox.Running>();
        for (int i = 0; i < 20; i++) {
            running.add(sandbox.start(NO_GRANTS, command("echo " + i + "; exit " + i, PATH_ONLY)));
        }

        for (int i = 0; i < 20; i++) {
            var result = end(running.get(i));

            assertThat(result.exitCode()).isEqualTo(i);
            assertThat(result.stdout().text()).isEqualTo(i + "\n");
        }
    }

    @Test
    void withoutSetsid_itStillRuns_andSaysSo() {
        try (Sandbox bare = new PlainSandbox(List.of(folder))) {
            var result = end(bare.start(NO_GRANTS, command("setsid sleep " + forLong + " & exit 4", PATH_ONLY)));

            assertThat(result.exitCode()).isEqualTo(4);
            assertThat(result.confinement().toString()).isEqualTo("NONE DEGRADED(TREE_KILL,SESSION)");
            assertThat(sleeping()).isEmpty();
        }
    }
}
