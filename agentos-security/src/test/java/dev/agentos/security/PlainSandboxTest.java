package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.testkit.LeakCheck;
import dev.agentos.testkit.contract.SandboxContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PlainSandboxTest implements SandboxContract {
    private static final SandboxPolicy NO_GRANTS = new SandboxPolicy(PrincipalId.HOST, List.of());
    private static final Map<String, String> PATH_ONLY = Map.of("PATH", "/usr/bin:/bin");

    private final LeakCheck leaks = LeakCheck.begin();
    private final Sandbox sandbox = openSandbox();
    // Sleeps so many seconds as no other process does: what is left of a test is known by it.
    private final String forLong = "900." + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000);

    @TempDir
    private Path folder;

    @Override
    public Sandbox openSandbox() {
        return new PlainSandboxProvider().open();
    }

    @AfterEach
    void nothingIsLeft() {
        sandbox.close();
        leaks.assertNothingLeft();
        await(() -> sleeping().isEmpty());
    }

    @Test
    void probe_saysThatNothingIsConfined() {
        assertThat(sandbox.probe().level()).isEqualTo(SandboxLevel.NONE);
        assertThat(sandbox.probe().toString()).isEqualTo("NONE DEGRADED(TREE_KILL)");
    }

    @Test
    void result_saysHowItWasConfined() {
        assertThat(run("true").confinement()).isEqualTo(sandbox.probe());
    }

    // What a process is given.

    @Test
    void environment_isExactlyTheGivenOne_andTheMark() {
        var result = end(sandbox.start(
                NO_GRANTS,
                new SandboxCommand(
                        List.of("/usr/bin/env"),
                        folder,
                        Map.of("A", "1", "B", "x y\nz"),
                        new byte[0],
                        Duration.ofSeconds(30),
                        9_999)));

        assertThat(result.stdout().text().lines().filter(line -> !line.startsWith("AGENTOS_RUN=")))
                .containsExactlyInAnyOrder("A=1", "B=x y", "z");
        assertThat(result.stdout().text()).containsPattern("AGENTOS_RUN=[0-9a-f]{32}\n");
    }

    @Test
    void environment_ofTheJvmNeverGetsThrough() {
        var result = run("env");

        assertThat(System.getenv()).isNotEmpty();
        assertThat(result.stdout().text().lines().map(line -> line.substring(0, line.indexOf('='))))
                .containsExactlyInAnyOrder("PATH", "PWD", "SHLVL", "_", "AGENTOS_RUN");
    }

    @Test
    void environment_cannotHideAProcess_byBringingItsOwnMark() {
        var environment = new HashMap<>(PATH_ONLY);
        environment.put("AGENTOS_RUN", "forged");

        var result = end(sandbox.start(NO_GRANTS, command("echo $AGENTOS_RUN", environment)));

        assertThat(result.stdout().text()).doesNotContain("forged");
    }

    @Test
    void start_isRefused_whenAVariableHasNoProperName() {
        assertThatThrownBy(() -> sandbox.start(NO_GRANTS, command("true", Map.of("A=B", "1"))))
                .isInstanceOf(SandboxException.class);
    }

    @Test
    void descriptors_areTheStandardThreeOnly() throws IOException {
        try (var secret = Files.newInputStream(Files.writeString(folder.resolve("secret"), "x"))) {
            assertThat(secret.read()).isEqualTo('x');

            // No globbing and no ls: both would open the folder itself.
            var result = run("for n in {0..300}; do [ -e /proc/$$/fd/$n ] && echo $n; done");

            assertThat(result.stdout().text().lines()).containsExactly("0", "1", "2");
        }
    }

    @Test
    void process_hasASessionOfItsOwn_andNoTerminal() {
        var result = run("cut -d' ' -f1,6,7 /proc/$$/stat");

        String[] fields = result.stdout().text().strip().split(" ");
        assertThat(fields[1]).isEqualTo(fields[0]);
        assertThat(fields[2]).isEqualTo("0");
    }

    @Test
    void directory_isTheGivenOne() {
        assertThat(run("pwd -P").stdout().text().strip())
                .endsWith(folder.getFileName().toString());
    }

    @Test
    void start_isRefused_whenTheDirectoryIsNotThere() {
        var command = new SandboxCommand(
                List.of("/bin/true"), folder.resolve("absent"), Map.of(), new byte[0], Duration.ofSeconds(9), 9);

        assertThatThrownBy(() -> sandbox.start(NO_GRANTS, command))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("absent");
    }

    @Test
    void start_isRefused_whenTheProgramIsNotExecutable() throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "text");

        for (Path program : List.of(file, folder)) {
            var command = new SandboxCommand(
                    List.of(program.toString()), folder, Map.of(), new byte[0], Duration.ofSeconds(9), 9);
            assertThatThrownBy(() -> sandbox.start(NO_GRANTS, command)).isInstanceOf(SandboxException.class);
        }
    }

    @Test
    void arguments_arriveAsTheyAre() {
        var arguments = List.of("/usr/bin/printf", "%s|", "a b", "", "$(id)", "*", "-x", "ü");

        var result = end(sandbox.start(
                NO_GRANTS,
                new SandboxCommand(arguments, folder, PATH_ONLY, new byte[0], Duration.ofSeconds(30), 9_999)));

        assertThat(result.stdout().text()).isEqualTo("a b||$(id)|*|-x|ü|");
    }

    @Test
    void input_isEmpty_whenNoneIsGiven() {
        assertThat(run("cat; echo done").stdout().text()).isEqualTo("done\n");
    }

    @Test
    void input_ofManyMegabytesArrivesWhole() {
        byte[] input = new byte[8 << 20];
        Arrays.fill(input, (byte) 'x');
        var command = new SandboxCommand(
                List.of("/bin/bash", "-c", "wc -c"), folder, PATH_ONLY, input, Duration.ofSeconds(30), 100);

        assertThat(end(sandbox.start(NO_GRANTS, command)).stdout().text().strip())
                .isEqualTo("8388608");
    }

    @Test
    void input_thatNobodyReadsHoldsNothingUp() {
        var command = new SandboxCommand(
                List.of("/bin/bash", "-c", "exit 7"),
                folder,
                PATH_ONLY,
                new byte[8 << 20],
                Duration.ofSeconds(30),
                100);

        assertThat(end(sandbox.start(NO_GRANTS, command)).exitCode()).isEqualTo(7);
    }

    // What it puts out.

    @Test
    void output_ofAFloodIsCutOff_inConstantMemory() {
        var result =
                end(sandbox.start(NO_GRANTS, command("exec head -c 10G /dev/zero", Duration.ofMinutes(1), 100_000)));

        assertThat(result.cause()).isEqualTo(Cause.OUTPUT);
        assertThat(result.exitCode()).isEqualTo(137);
        assertThat(result.stdout().total()).isGreaterThan(64L * 100_000);
        assertThat(result.stdout().text()).hasSizeLessThan(100_100).contains("bytes left out");
    }

    @Test
    void output_ofAFloodOfErrorsIsCutOff() {
        var result = end(sandbox.start(NO_GRANTS, command("yes >&2", Duration.ofMinutes(1), 1_000)));

        assertThat(result.cause()).isEqualTo(Cause.OUTPUT);
        assertThat(result.stderr().text()).startsWith("y\ny\n").contains("bytes left out");
    }

    @Test
    void output_ofADaemonThatGoesOnWriting_endsWithTheProcess() {
        var result =
                end(sandbox.start(NO_GRANTS, command("setsid yes & echo started", Duration.ofMinutes(1), 100_000_000)));

        assertThat(result.cause()).isEqualTo(Cause.EXIT);
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void output_ofOneLongLineIsKeptFromBothEnds() {
        var script = "printf start; head -c 3000000 /dev/zero | tr '\\0' x; printf end";

        var result = end(sandbox.start(NO_GRANTS, command(script, Duration.ofMinutes(1), 100_000)));

        assertThat(result.cause()).isEqualTo(Cause.EXIT);
        assertThat(result.stdout().text())
                .startsWith("startxxx")
                .endsWith("xxxend")
                .hasSizeLessThan(100_100);
        assertThat(result.stdout().total()).isEqualTo(3_000_008);
    }

    @Test
    void output_thatIsNoTextIsReplaced_andEscapesPass() {
        var result = run("printf 'a\\xffb\\033[2J\\033]0;title\\007'");

        assertThat(result.stdout().text()).isEqualTo("a\uFFFDb\u001B[2J\u001B]0;title\u0007");
    }

    // How it ends.

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
        var time = new LocalAuthorityTest.SettableTime(Instant.parse("2026-03-02T12:00:00Z"));
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

    @Test
    void threads_areNotRestricted() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "needs /proc");
        run("true");

        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            assertThat(tasks.map(PlainSandboxTest::status))
                    .noneMatch(status -> status.contains("NoNewPrivs:\t1") || status.contains("Seccomp:\t2"));
        }
    }

    private static String status(Path task) {
        try {
            return Files.readString(task.resolve("status"));
        } catch (IOException ended) {
            return "";
        }
    }

    private SandboxResult run(String script) {
        return end(sandbox.start(NO_GRANTS, command(script, PATH_ONLY)));
    }

    private static SandboxResult end(Sandbox.Running running) {
        return running.onEnd().toCompletableFuture().join();
    }

    private SandboxCommand command(String script, Map<String, String> environment) {
        return new SandboxCommand(
                List.of("/bin/bash", "-c", script), folder, environment, new byte[0], Duration.ofSeconds(30), 65_536);
    }

    private SandboxCommand command(String script, Duration wallTime, int maxOutput) {
        return new SandboxCommand(
                List.of("/bin/bash", "-c", script), folder, PATH_ONLY, new byte[0], wallTime, maxOutput);
    }

    /** Who sleeps for the time of this test; a zombie has no arguments. */
    private List<Long> sleeping() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> List.of(arguments).equals(List.of(forLong)))
                        .orElse(false))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
