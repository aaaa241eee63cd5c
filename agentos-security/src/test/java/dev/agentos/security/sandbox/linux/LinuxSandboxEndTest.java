package dev.agentos.security.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.security.LocalAuthorityProvider;
import dev.agentos.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How a process ends, by which cause, and that nothing of it is left. */
class LinuxSandboxEndTest extends LinuxScripts {
    /** {@return whether the machine of this test counts all processes together} */
    boolean counts() {
        return sandbox.probe().degraded().stream()
                .noneMatch(List.of(SandboxFeature.PIDS, SandboxFeature.MEMORY)::contains);
    }

    @Test
    void cause_tellsAnExitFromASignal() {
        var exit = run(policy(), "exit 42");
        var high = run(policy(), "exit 143");
        var terminated = run(policy(), "kill -TERM $$");
        var killed = run(policy(), "kill -KILL $$");

        assertThat(exit.cause()).isEqualTo(Cause.EXIT);
        assertThat(exit.exitCode()).isEqualTo(42);
        assertThat(high.cause()).isEqualTo(Cause.EXIT);
        assertThat(terminated.cause()).isEqualTo(Cause.SIGNAL);
        assertThat(terminated.exitCode()).isEqualTo(143);
        assertThat(killed.cause()).isEqualTo(Cause.SIGNAL);
        assertThat(killed.exitCode()).isEqualTo(137);
    }

    @Test
    void wallTime_ends_whateverIsIgnored() {
        var limit = limits().wallTime(Duration.ofMillis(400)).build();

        var ignoring = run(policy(), "trap '' TERM INT HUP; echo on; while :; do sleep " + forLong + "; done", limit);
        var stopped = run(policy(), "kill -STOP $$", limit);

        assertThat(ignoring.cause()).isEqualTo(Cause.WALL_TIME);
        assertThat(ignoring.stdout().text()).isEqualTo("on\n");
        assertThat(ignoring.wallTime()).isGreaterThanOrEqualTo(Duration.ofMillis(400));
        assertThat(stopped.cause()).isEqualTo(Cause.WALL_TIME);
    }

    @Test
    void wallTime_mayBeLongerThanAnyClock() {
        var limit = limits().wallTime(Duration.ofSeconds(Long.MAX_VALUE)).build();

        assertThat(run(policy(), "true", limit).cause()).isEqualTo(Cause.EXIT);
    }

    @Test
    void wallTime_ends_whenEveryCarrierIsInAnEndlessLoop() throws InterruptedException {
        var stop = new AtomicBoolean();
        var spinners = new ArrayList<Thread>();
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            spinners.add(Thread.startVirtualThread(() -> {
                while (!stop.get()) {
                    Thread.onSpinWait();
                }
            }));
        }

        var result = run(
                policy(),
                "echo on; sleep " + forLong,
                limits().wallTime(Duration.ofMillis(500)).build());
        boolean stillLooping = !stop.getAndSet(true);
        for (Thread spinner : spinners) {
            spinner.join();
        }

        assertThat(stillLooping).isTrue();
        assertThat(result.cause()).isEqualTo(Cause.WALL_TIME);
    }

    @Test
    void cpuTime_ends_evenIfManyUseIt() {
        var limit = limits().cpuTime(Duration.ofSeconds(1)).build();

        var alone = run(policy(), "while :; do :; done", limit);
        var child = run(policy(), "(while :; do :; done); exit $?", limit);
        var many = run(policy(), "for i in 1 2 3; do (while :; do :; done) & done; wait", limit);

        assertThat(alone.cause()).isEqualTo(Cause.CPU_TIME);
        assertThat(child.cause()).isEqualTo(Cause.CPU_TIME);
        assertThat(many.cause()).isEqualTo(Cause.CPU_TIME);
        // Less than the limit: the kernel counts towards it whole ticks, of which others had a part.
        assertThat(alone.usage().cpuTime()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
    }

    @Test
    void memory_ends_whoTakesTooMuch() {
        var limit = limits().memoryBytes(128 << 20).build();

        var result = run(policy(), "head -c 4G /dev/zero | tail", limit);

        if (counts()) {
            assertThat(result.cause()).isEqualTo(Cause.MEMORY);
            assertThat(result.usage().peakMemoryBytes()).isLessThan(140 << 20);
        } else {
            // Who fails to get memory between two looks, and says so itself, has just exited.
            assertThat(result.cause()).isIn(Cause.MEMORY, Cause.EXIT);
            assertThat(result.exitCode()).isNotZero();
        }
    }

    @Test
    void memory_isLimited_forAllTogether() {
        assumeTrue(counts(), "needs control groups");
        var limit = limits().memoryBytes(128 << 20).build();
        String each = "(head -c 40M /dev/zero | tail -c 40M | (sleep 5; cat > /dev/null)) & ";

        var result = run(policy(), each.repeat(6) + "wait", limit);

        assertThat(result.cause()).isEqualTo(Cause.MEMORY);
    }

    @Test
    void processes_areLimited_andThisJvmIsNot() {
        var limit = limits().processes(20).wallTime(Duration.ofSeconds(1)).build();
        // Without control groups nothing stops root from forking faster than it is seen: not here.
        String bomb = counts() ? "f() { f | f & }; f; " : "";

        var result = run(policy(), bomb + "for i in $(seq 60); do sleep " + forLong + " & done; wait", limit);
        var other = run(policy(), "echo fine");

        assertThat(result.cause()).isIn(Cause.WALL_TIME, Cause.PROCESSES, Cause.EXIT);
        assertThat(other.stdout().text()).isEqualTo("fine\n");
    }

    @Test
    void fileSize_ends_whoWritesTooLargeAFile() {
        var limit = limits().fileBytes(1 << 20).build();

        var direct = run(policy(workspace()), "exec head -c 2M /dev/zero > big", limit);
        var child = run(policy(workspace()), "head -c 2M /dev/zero > big", limit);
        var sparse = run(policy(workspace()), "truncate -s 2M sparse", limit);

        assertThat(direct.cause()).isEqualTo(Cause.FILE_SIZE);
        assertThat(child.cause()).isEqualTo(Cause.FILE_SIZE);
        assertThat(sparse.cause()).isEqualTo(Cause.FILE_SIZE);
        assertThat(folder.resolve("big")).hasSize(1 << 20);
    }

    @Test
    void disk_ends_whoFillsIt() {
        var limit = limits().diskBytes(32 << 20).build();

        var result =
                run(policy(workspace()), "i=0; while :; do head -c 4M /dev/urandom > f$i; i=$((i+1)); done", limit);

        assertThat(result.cause()).isEqualTo(Cause.DISK);
    }

    @Test
    void openFiles_areLimited() {
        var limit = limits().openFiles(20).build();

        var result =
                run(policy(), "for i in $(seq 3 40); do eval \"exec $i</dev/null\" || break; done; echo $i", limit);

        assertThat(result.stdout().text()).isEqualTo("20\n");
    }

    @Test
    void limits_cannotBeLifted_notEvenByRoot() {
        var result = run(
                policy(), "ulimit -n 4096; prlimit --pid $PPID --nofile=5; ulimit -f unlimited; ulimit -n; ulimit -f");

        assertThat(result.stdout().text()).isEqualTo("256\n262144\n");
        assertThat(result.stderr().text().lines()).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void output_ends_whoFloods_andTheRestIsCounted() {
        var limit = limits().maxOutput(10_000).build();

        var flood = run(policy(), "yes", limit);
        var much = run(policy(), "head -c 500000 /dev/zero | tr '\\0' x; echo; echo end", limit);

        assertThat(flood.cause()).isEqualTo(Cause.OUTPUT);
        assertThat(flood.stdout().total()).isGreaterThan(640_000);
        assertThat(flood.stdout().text().length()).isLessThan(10_200);
        assertThat(much.cause()).isEqualTo(Cause.EXIT);
        assertThat(much.stdout().total()).isEqualTo(500_005);
        assertThat(much.stdout().text()).endsWith("x\nend\n").contains("bytes left out");
    }

    @Test
    void exit_leavesNobody_howeverTheyHide() {
        var script = "setsid nohup sleep N >/dev/null 2>&1 & (setsid sleep N &) ; (env -i setsid sleep N &) ; "
                + "(env -i setsid bash -c 'setsid sleep N & exit' &) ; sleep 0.3; echo bye; exit 0";

        var result = run(policy(), script.replace("N", forLong));

        assertThat(result.cause()).isEqualTo(Cause.EXIT);
        assertThat(result.stdout().text()).isEqualTo("bye\n");
        if (counts()) {
            assertThat(sleeping()).isEmpty();
        } else {
            assertThat(result.confinement().degraded()).contains(SandboxFeature.TREE_KILL);
            sleeping().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    @Test
    void kill_reachesATreeThatForksMeanwhile() {
        var script = "f() { while :; do sleep N & setsid sleep N & sleep 0.02; done; }; f & f & wait";
        var running = sandbox.start(policy(), command(script.replace("N", forLong)));
        await(() -> sleeping().size() > 10);

        running.kill(Cause.CANCELLED);

        assertThat(end(running).cause()).isEqualTo(Cause.CANCELLED);
        assertThat(sleeping()).isEmpty();
    }

    @Test
    void kill_namesItsCause_andTheFirstOneStays() {
        var running = sandbox.start(policy(), command("sleep " + forLong));

        running.kill(Cause.REVOKED);
        running.kill(Cause.CANCELLED);

        assertThat(end(running).cause()).isEqualTo(Cause.REVOKED);
    }

    @Test
    void kill_changesNothing_whenTheProcessHasEnded() {
        var running = sandbox.start(policy(), command("exit 5"));
        end(running);

        running.kill(Cause.CANCELLED);

        assertThat(end(running).exitCode()).isEqualTo(5);
    }

    @Test
    void revocation_killsTheProcess_ifItsPlanHangsOnTheGrant() {
        var used = grant(workspace());
        var idle = grant("tool:http.request call");
        var policy = new SandboxPolicy(PrincipalId.HOST, List.of(used, idle));
        var first = sandbox.start(policy, command("sleep " + forLong));

        authority.revoke(idle);
        var second = sandbox.start(policy, command("echo still; sleep " + forLong));
        authority.revoke(used);

        assertThat(end(first).cause()).isEqualTo(Cause.REVOKED);
        assertThat(end(second).cause()).isEqualTo(Cause.REVOKED);
    }

    @Test
    void expiry_killsTheProcess() {
        var time = ManualClock.startingAt(Instant.parse("2026-03-02T12:00:00Z"));
        var timed = new LocalAuthorityProvider().open(time);
        var expiring = timed.derive(
                List.of(timed.mintRoot(PrincipalId.HOST)),
                PrincipalId.HOST,
                Capability.parse("tool:shell.execute call; expires=2026-03-02T12:00:01Z"));
        var policy =
                new SandboxPolicy(PrincipalId.HOST, List.of(), List.of(expiring), SandboxPolicy.ACCEPTED_BY_DEFAULT);
        var running = sandbox.start(policy, command("sleep " + forLong));

        time.advance(Duration.ofSeconds(1));

        assertThat(end(running).cause()).isEqualTo(Cause.REVOKED);
    }

    @Test
    void close_endsWhatRuns_andRefusesMore() {
        var running = sandbox.start(policy(), command("sleep " + forLong));

        sandbox.close();

        assertThat(end(running).cause()).isEqualTo(Cause.CANCELLED);
        assertThatThrownBy(() -> sandbox.start(policy(), command("true")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void manyAtOnce_endWithTheirOwnResults() {
        var running = new ArrayList<Sandbox.Running>();
        for (int i = 0; i < 20; i++) {
            running.add(sandbox.start(policy(), command("echo " + i + "; exit " + i)));
        }

        for (int i = 0; i < 20; i++) {
            var result = end(running.get(i));

            assertThat(result.exitCode()).isEqualTo(i);
            assertThat(result.stdout().text()).isEqualTo(i + "\n");
        }
    }

    @Test
    void start_leavesNoRestriction_whoeverCalls() throws Exception {
        var callers = new ArrayList<Thread>();
        for (int i = 0; i < 16; i++) {
            callers.add(Thread.ofVirtual().start(() -> {
                for (int run = 0; run < 5; run++) {
                    run(policy(), "true");
                }
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }

        await(() -> restrictedThreads().isEmpty());
        assertThat(new ProcessBuilder("/bin/cat", "/proc/self/status")
                        .start()
                        .inputReader()
                        .lines())
                .contains("NoNewPrivs:\t0", "Seccomp:\t0");
        assertThat(Files.readString(Path.of("/proc/self/status"))).contains("NoNewPrivs:\t0");
    }

    @Test
    void usage_isMeasured() {
        var result = run(policy(), "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");

        assertThat(result.usage().cpuTime()).isBetween(Duration.ofMillis(20), Duration.ofSeconds(30));
        assertThat(result.usage().peakMemoryBytes()).isBetween(0L, SandboxLimits.DEFAULT.memoryBytes());
    }
}
