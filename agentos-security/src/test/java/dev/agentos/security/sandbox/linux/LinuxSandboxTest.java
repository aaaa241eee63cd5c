package dev.agentos.security.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPlan.NotDelegated;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.SandboxResult.Violation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a plan gives, and that nothing else is there. */
class LinuxSandboxTest extends LinuxScripts {
    /** The JDK keeps a descriptor of its own from the first socket on, which is nothing left behind. */
    @BeforeAll
    static void useASocket() throws IOException {
        new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void files_areClosed_withoutAGrant() {
        write("secret", "canary");

        var result = run(policy(), "cat secret; ls; echo x > new; cat /etc/shadow; cat /proc/self/status; ls /tmp");

        assertThat(result.stdout().text()).isEmpty();
        assertThat(result.stderr().text().lines()).hasSize(6).allMatch(line -> line.contains("Permission denied"));
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void files_areOpen_asFarAsAGrantSays() {
        write("in", "hello");
        String base = workspace().replace(" read,list,write,delete", "");

        var reading = run(policy(base + " read"), "cat in; echo x > out; rm in");
        var writing = run(policy(base + " write"), "echo x > out; cat out; rm out");
        var all = run(policy(workspace()), "mkdir d; echo x > d/f; mv d/f g; cat g; rm -r d in; ls");

        assertThat(reading.stdout().text()).isEqualTo("hello");
        assertThat(reading.stderr().text()).contains("out: Permission denied", "cannot remove");
        assertThat(writing.stderr().text()).contains("cat: out: Permission denied", "cannot remove");
        assertThat(all.stderr().text()).isEmpty();
        assertThat(all.stdout().text()).isEqualTo("x\ng\nout\n");
    }

    @Test
    void file_isOpenAlone_whenTheGrantIsExact() {
        write("one", "1");
        write("two", "2");

        var result = run(policy("file:" + folder + "/one read"), "cat one two");

        assertThat(result.stdout().text()).isEqualTo("1");
        assertThat(result.stderr().text()).contains("two: Permission denied");
    }

    @Test
    void links_leadNowhere_thatIsNotGranted() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/shadow"));

        var result = run(policy(workspace()), "cat link; ln /etc/passwd hard; ln -s /etc/group own; cat own; >> link");

        assertThat(result.stdout().text()).isEmpty();
        assertThat(result.stderr().text().lines()).hasSize(4);
        assertThat(folder.resolve("hard")).doesNotExist();
    }

    @Test
    void prepare_leavesOut_whatIsReachedByALink() throws IOException {
        Files.createDirectory(folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));

        var plan = sandbox.prepare(policy(
                "file:" + folder + "/link/** read", "file:" + folder + "/no read", "file:" + folder + "/real read"));

        assertThat(plan.paths()).isEmpty();
        assertThat(plan.grants()).isEmpty();
        assertThat(plan.notDelegatedToChild())
                .extracting(NotDelegated::reason)
                .satisfiesExactlyInAnyOrder(
                        reason -> assertThat(reason).contains("symbolic link"),
                        reason -> assertThat(reason).contains("does not exist"),
                        reason -> assertThat(reason).contains("/**"));
    }

    @Test
    void programFiles_mayBeReadAndExecuted_andNothingElse() throws IOException {
        Path script = write("tool", "#!/bin/sh\necho ran; cat \"$0\" > /dev/null && echo read; echo x >> \"$0\"");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        write("other", "no");
        var command = new SandboxCommand(
                List.of("/bin/sh", "-c", "./tool; cat other"),
                folder,
                PATH_ONLY,
                new SandboxCommand.Streams.Captured(new byte[0]),
                SandboxLimits.DEFAULT,
                List.of(script));

        var result = end(sandbox.start(policy(), command));

        assertThat(result.stdout().text()).isEqualTo("ran\nread\n");
        assertThat(result.stderr().text()).contains("cannot create", "other: Permission denied");
    }

    @Test
    void execution_isDenied_whereOnlyReadingAndWritingIsGranted() {
        var result = run(policy(workspace()), "cp /bin/true own; chmod +x own; ./own");

        assertThat(result.exitCode()).isEqualTo(126);
        assertThat(result.stderr().text()).contains("Permission denied");
    }

    @Test
    void network_isClosed_withoutAGrant() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var result = run(policy("net:127.0.0.1:" + server.getLocalPort() + " connect"), tcp(server));

            assertThat(result.stderr().text()).contains("Operation not permitted");
            assertThat(result.violations()).contains(violation(result.violations(), "socket", "AF_INET"));
        }
    }

    @Test
    void network_isOpen_onThePortThatIsGranted() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var policy = policy("net:*:" + server.getLocalPort() + " connect");

            var result = run(policy, tcp(server) + " && echo in; " + tcp(other) + " || echo out");

            assertThat(result.stdout().text()).isEqualTo("in\nout\n");
        }
    }

    @Test
    void network_isOpen_everywhere_ifThatIsGranted() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var result =
                    run(policy("net:** connect"), tcp(server) + " && echo in; : > /dev/udp/127.0.0.1/9 && echo udp");

            assertThat(result.stdout().text()).isEqualTo("in\nudp\n");
        }
    }

    private static String tcp(ServerSocket server) {
        return "(: > /dev/tcp/127.0.0.1/" + server.getLocalPort() + ")";
    }

    private static Violation violation(List<Violation> among, String call, String detail) {
        return among.stream()
                .filter(each -> each.call().equals(call) && each.detail().equals(detail))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + call + " " + detail + " in " + among));
    }

    @Test
    void violations_nameCallAndProgram() {
        var result = run(policy(), "unshare -U true; unshare -n true");

        assertThat(result.violations())
                .filteredOn(each -> each.call().equals("unshare"))
                .hasSize(2)
                .allMatch(each -> each.program().equals("unshare") && each.process() > 1);
    }

    @Test
    void violations_areNotKeptWithoutLimit() {
        var result = run(policy(), "for i in $(seq 100); do (: > /dev/tcp/127.0.0.1/9); done; echo on");

        assertThat(result.violations()).hasSize(64);
        assertThat(result.stdout().text()).isEqualTo("on\n");
    }

    @Test
    void process_hasNothingOfThisJvm() {
        var result = run(
                policy("file:/proc/** read,list"),
                "ls /proc/self/fd | wc -l; env | sort | cut -d= -f1 | tr '\\n' ' '; "
                        + "grep -E 'NoNewPrivs|Seccomp:|CapEff|CapPrm' /proc/self/status; "
                        + "cat /proc/$PPID/environ; ls /proc/$PPID/fd; kill -9 $PPID");

        // 0, 1, 2, and the folder that ls reads.
        assertThat(result.stdout().text())
                .contains("4\n")
                .contains("AGENTOS_RUN LC_ALL PATH PWD SHLVL _")
                .contains("NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000");
        assertThat(result.stderr().text()).contains("environ: Permission denied", "Operation not permitted");
        assertThat(ProcessHandle.current().isAlive()).isTrue();
    }

    @Test
    void process_hasASessionOfItsOwn_andNoSignalIsBlockedOrIgnored() {
        var result = run(
                policy("file:/proc/** read,list"),
                "cut -d' ' -f1,6 /proc/self/stat > /dev/null; read -r p c s pp g sid rest < /proc/$$/stat; "
                        + "[ \"$sid\" = $$ ] && echo own; grep -E 'SigBlk|SigIgn' /proc/self/status");

        assertThat(result.stdout().text()).isEqualTo("own\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    }

    @Test
    void start_refuses_whatCannotBeStarted() {
        write("text", "no program");

        assertThatThrownBy(() -> sandbox.start(policy(), program("/no/such/program", folder)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("/no/such/program")
                .hasMessageContaining("no such program");
        assertThatThrownBy(() -> sandbox.start(policy(), program("/bin/true", folder.resolve("missing"))))
                .isInstanceOf(SandboxException.class);
        assertThatThrownBy(() ->
                        sandbox.start(policy(), program(folder.resolve("text").toString(), folder)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("may not be executed");
    }

    private static SandboxCommand program(String program, Path directory) {
        return new SandboxCommand(
                List.of(program),
                directory,
                Map.of(),
                new SandboxCommand.Streams.Captured(new byte[0]),
                SandboxLimits.DEFAULT,
                List.of());
    }

    @Test
    void start_refuses_whenAGrantBehindItIsRevoked() {
        var behind = grant("tool:shell.execute call");
        authority.revoke(behind);

        assertThatThrownBy(() -> sandbox.start(
                        new SandboxPolicy(
                                PrincipalId.HOST, List.of(), List.of(behind), SandboxPolicy.ACCEPTED_BY_DEFAULT),
                        command("true")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("does not hold");
    }

    @Test
    void openStreams_belongToTheCaller() throws IOException {
        var command = new SandboxCommand(
                List.of("/bin/cat"),
                folder,
                PATH_ONLY,
                new SandboxCommand.Streams.Open(),
                SandboxLimits.DEFAULT,
                List.of());
        var running = sandbox.start(policy(), command);
        byte[] echoed = new byte[5];

        running.stdin().write("hello".getBytes(StandardCharsets.UTF_8));
        running.stdin().flush();
        int length = running.stdout().readNBytes(echoed, 0, 5);
        running.stdin().close();
        var result = end(running);

        assertThat(length).isEqualTo(5);
        assertThat(echoed).asString().isEqualTo("hello");
        assertThat(running.stdout().read()).isEqualTo(-1);
        running.stdout().close();
        assertThat(result.cause()).isEqualTo(Cause.EXIT);
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void streams_areNotForTheCaller_whenTheyAreCaptured() {
        var running = sandbox.start(policy(), command("true"));

        assertThatThrownBy(running::stdin).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(running::stdout).isInstanceOf(IllegalStateException.class);
        assertThat(end(running).exitCode()).isZero();
    }

    @Test
    void input_arrivesWhole_andOutputIsRead_whenBothAreLarge() {
        byte[] input = "0123456789abcde\n".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        var command = new SandboxCommand(
                List.of("/bin/cat"),
                folder,
                PATH_ONLY,
                new SandboxCommand.Streams.Captured(input),
                limits().maxOutput(4_000_000).build(),
                List.of());

        var result = end(sandbox.start(policy(), command));

        assertThat(result.stdout().total()).isEqualTo(input.length);
        assertThat(result.stdout().text().getBytes(StandardCharsets.UTF_8)).isEqualTo(input);
    }

    @Test
    void features_sayWhatIsThere_andProbeWhatIsMissing() {
        assertThat(sandbox.features()).extracting(SandboxFeature::name).contains("FILE_SYSTEM", "TREE_KILL", "MEMORY");
        assertThat(sandbox.features())
                .allMatch(feature -> feature.present() == feature.remedy().isEmpty());
        assertThat(Set.copyOf(sandbox.probe().degraded()))
                .isEqualTo(sandbox.features().stream()
                        .filter(feature -> !feature.present())
                        .map(SandboxFeature::name)
                        .collect(java.util.stream.Collectors.toSet()));
    }
}
