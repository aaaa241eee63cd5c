package dev.agentos.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.testkit.contract.SandboxContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a process is given, and what becomes of its output. */
class PlainSandboxTest extends PlainSandboxScripts implements SandboxContract {
    @Override
    public Sandbox openSandbox() {
        return new PlainSandboxProvider().open();
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
}
