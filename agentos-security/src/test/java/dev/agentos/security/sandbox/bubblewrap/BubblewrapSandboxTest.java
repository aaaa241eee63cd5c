package dev.agentos.security.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.SandboxResult.Violation;
import dev.agentos.security.sandbox.linux.KernelParts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The cases of SECURITY-CASES.md that namespaces answer in their own way, by their numbers, and what is bubblewrap's own. */
class BubblewrapSandboxTest extends BubblewrapScripts {
    @Test
    void result_saysExternal() {
        var result = run(policy(), "echo ran");

        assertThat(result.stdout().text()).isEqualTo("ran\n");
        assertThat(result.confinement().level()).isEqualTo(SandboxLevel.EXTERNAL);
        assertThat(result.confinement()).isEqualTo(sandbox.probe());
    }

    // ---- files

    @Test
    void e1_otherFiles_areNotThere() {
        var result = run(policy(all()), "cat /etc/shadow /root/.ssh/id_rsa " + outside + "/secret; ls " + folder);

        assertThat(result.stdout().text()).isEqualTo("ws\n");
        assertThat(result.stderr().text()).contains("No such file").doesNotContain("canary");
    }

    @Test
    void e2_writing_worksInTheWorkspaceOnly() {
        var result = run(
                policy(all()),
                "echo in > in; for f in /tmp/x /x /usr/x /etc/x " + outside + "/x " + folder + "/x; do"
                        + " mkdir -p $(dirname $f); echo out > $f && echo wrote $f; done; rm in; echo kept > kept");

        assertThat(result.stdout().text()).isEmpty();
        assertThat(workspace.resolve("in")).doesNotExist();
        assertThat(workspace.resolve("kept")).hasContent("kept");
        assertThat(outside.resolve("x")).doesNotExist();
        assertThat(Path.of("/usr/x")).doesNotExist();
    }

    @Test
    void e2_reading_givesNoWriting() {
        var result =
                run(policy(tree(outside, "read,list")), "cat " + outside + "/secret; echo x > " + outside + "/secret");

        assertThat(result.stdout().text()).isEqualTo("canary");
        assertThat(result.stderr().text()).contains("Read-only file system");
    }

    @Test
    void e3_e4_links_leadNowhere() throws IOException {
        Files.createSymbolicLink(workspace.resolve("link"), outside.resolve("secret"));

        var result =
                run(policy(all(), tree(Path.of("/usr"), "read,list")), "cat link; ln /usr/bin/env hard && echo made");

        assertThat(result.stdout().text()).isEmpty();
        assertThat(result.stderr().text()).contains("No such file", "cross-device");
    }

    @Test
    void plan_leavesOut_whatIsReachedThroughALink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("to"), outside);

        var plan = sandbox.prepare(policy(tree(link, "read,list")));

        assertThat(plan.paths()).isEmpty();
        assertThat(plan.grants()).isEmpty();
        assertThat(plan.notDelegatedToChild())
                .singleElement()
                .satisfies(left -> assertThat(left.reason()).contains("symbolic link"));
    }

    @Test
    void plan_neverGivesMore_thanAMountCanSay() throws IOException {
        var writeOnly = sandbox.prepare(policy(tree(workspace, "write,delete")));
        var noDelete = sandbox.prepare(policy(tree(workspace, "read,list,write")));
        var missing = sandbox.prepare(policy(tree(folder.resolve("none"), "read,list")));

        assertThat(writeOnly.paths()).isEmpty();
        assertThat(noDelete.paths())
                .singleElement()
                .satisfies(rule -> assertThat(rule.access())
                        .containsExactlyInAnyOrder(SandboxPlan.Access.READ, SandboxPlan.Access.LIST));
        assertThat(noDelete.notDelegatedToChild()).hasSize(1);
        assertThat(missing.paths()).isEmpty();
        run(policy(tree(workspace, "read,list,write")), "echo x > " + workspace + "/x");
        assertThat(workspace.resolve("x")).doesNotExist();
    }

    @Test
    void e7_e8_proc_isNotThere_andHoldsOnlyItsOwn_whenGranted() {
        var without = run(policy("file:/** read,list"), "ls /proc; cat /proc/1/environ /proc/$PPID/environ");
        var with = run(
                policy("file:/proc/** read,list"),
                "set -- /proc/[0-9]*; echo $#; cat /proc/1/root/etc/shadow; ls -l /proc/self/fd");

        assertThat(without.stdout().text()).isEmpty();
        assertThat(with.stdout().text()).startsWith("2\n").doesNotContain("root:", "agentos-bubblewrap-");
        // E9: the three streams, and the folder that is listed.
        assertThat(with.stdout().text().lines().filter(line -> line.contains(" -> ")))
                .hasSize(4);
    }

    @Test
    void e35_modesAndTimes_ofWhatIsOutsideOrReadOnly_cannotBeChanged() throws IOException {
        var before = Files.getLastModifiedTime(outside.resolve("secret"));
        String script = "f=" + outside + "/secret; chmod 777 $f && echo changed; touch $f && echo changed;"
                + " chown 1 $f && echo changed; chmod 777 /usr && echo changed";

        assertThat(run(policy(), script).stdout().text()).isEmpty();
        assertThat(run(policy(tree(outside, "read,list")), script).stdout().text())
                .isEmpty();
        assertThat(Files.getLastModifiedTime(outside.resolve("secret"))).isEqualTo(before);
    }

    @Test
    void settingsOfTheMachine_cannotBeWritten_evenAsRoot() {
        // Each gets the value that it has, lest the test does what it is to see prevented.
        String script = "for f in /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/self/oom_score_adj"
                + " /proc/1/oom_score_adj /sys/kernel/mm/transparent_hugepage/enabled /sys/kernel/uevent_seqnum; do"
                + " v=$(cat $f); echo \"$v\" > $f && echo wrote $f; done; echo h > /proc/sysrq-trigger && echo wrote";

        var own = run(policy("file:/proc/** read,list,write,delete"), script);
        var all = run(policy("file:/** read,list", "file:/proc/** read,list"), script);

        assertThat(own.stdout().text()).isEmpty();
        assertThat(own.stderr().text()).contains("core_pattern: Read-only file system");
        assertThat(all.stdout().text()).isEmpty();
        assertThat(all.stderr().text()).contains("core_pattern: Read-only file system");
    }

    // ---- processes and the kernel

    @Test
    void e10_environment_isWhatWasGiven_andNotOnAnyCommandLine() {
        var command = new SandboxCommand(
                List.of("/usr/bin/env"),
                workspace,
                Map.of("TOKEN", "s3cret-value", "LD_PRELOAD", workspace + "/evil.so"),
                new byte[0],
                Duration.ofSeconds(30),
                10_000);

        var result = end(sandbox.start(policy(all()), command));

        assertThat(result.stdout().text().lines().map(line -> line.replaceAll("=.*", "")))
                .containsExactlyInAnyOrder("TOKEN", "LD_PRELOAD", "PWD", "AGENTOS_RUN");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void e14_e15_otherProcesses_cannotBeReached() {
        var result = run(
                policy(),
                "kill -9 " + ProcessHandle.current().pid() + "; kill -9 $PPID; kill -0 1 && echo one; echo lives");

        assertThat(result.stderr().text()).contains("No such process");
        // The first of its namespace is bubblewrap's own, and takes no signals from inside.
        assertThat(result.stdout().text()).isEqualTo("one\nlives\n");
        assertThat(result.cause()).isEqualTo(Cause.EXIT);
    }

    @Test
    void e16_e17_privileges_cannotBeGained() {
        var result = run(
                policy("file:/proc/** read,list", all()),
                "grep -E 'Cap(Eff|Prm|Bnd)|NoNewPrivs|Seccomp:' /proc/self/status; unshare -Ur true || echo no namespace;"
                        + " mount -t tmpfs x " + workspace + " || echo no mount; chroot / true || echo no root;"
                        + " cp /bin/bash b; chmod u+s b || echo no set-id");

        assertThat(result.stdout().text())
                .contains("CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "CapBnd:\t0000000000000000")
                .contains("NoNewPrivs:\t1", "Seccomp:\t2")
                .contains("no namespace", "no mount", "no root", "no set-id");
    }

    @Test
    void e20_e22_e24_network_isNotThere() throws IOException {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(200);

            var result = run(
                    policy(),
                    "echo x > /dev/tcp/127.0.0.1/" + server.getLocalPort() + " && echo tcp;"
                            + " echo x > /dev/udp/127.0.0.1/9 && echo udp; getent hosts canary.test && echo dns; echo end");

            assertThat(result.stdout().text()).isEqualTo("end\n");
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void network_isAllOfIt_orNone() throws IOException {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            int port = server.getLocalPort();
            String connects = "echo x > /dev/tcp/127.0.0.1/" + port + " && echo connected";

            assertThat(run(policy("net:*:" + port + " connect"), connects)
                            .stdout()
                            .text())
                    .isEmpty();
            assertThat(run(policy("net:** connect"), connects).stdout().text()).isEqualTo("connected\n");
        }
        var plan = withoutEgress().prepare(policy("net:*:443 connect", "net:api.example.org:443 connect"));
        assertThat(plan.network()).isEqualTo(SandboxPlan.Network.NONE);
        assertThat(plan.notDelegatedToChild()).hasSize(2);
        assertThat(plan.grants()).isEmpty();
    }

    /** Nor has it groups. */
    private Sandbox withoutEgress() {
        sandbox.close();
        sandbox = new BubblewrapSandbox(
                Bubblewrap.probe(), KernelParts.withoutGroups(), EgressMeans.missing("an egress"));
        return sandbox;
    }

    // ---- limits

    @Test
    void e28_e30_causes_areToldApart() {
        var limits = SandboxLimits.builder().wallTime(Duration.ofSeconds(60));

        var cpu = run(
                policy(),
                "while :; do :; done",
                limits.cpuTime(Duration.ofSeconds(1)).build());
        var file = run(
                policy(all()),
                "exec head -c 100000 /dev/zero > big",
                limits.fileBytes(10_000).build());
        var flood = run(
                policy(),
                "exec cat /dev/zero",
                limits.fileBytes(1 << 20).maxOutput(1_000).build());

        assertThat(cpu.cause()).isEqualTo(Cause.CPU_TIME);
        assertThat(file.cause()).isEqualTo(Cause.FILE_SIZE);
        assertThat(workspace.resolve("big")).hasSize(10_000);
        assertThat(flood.cause()).isEqualTo(Cause.OUTPUT);
    }

    @Test
    void e31_e39_daemons_endWithTheProgram_andWithARevokedGrant() {
        String daemons =
                "setsid nohup sleep N >/dev/null 2>&1 & (setsid env -i /bin/sleep N &) ; ".replace("N", forLong);

        assertThat(run(policy(), daemons + "exit 0").exitCode()).isZero();
        await(() -> sleeping().isEmpty());
        var grant = grant(all());
        var policy = new SandboxPolicy(PrincipalId.HOST, List.of(grant));
        var running = sandbox.start(policy, command(daemons + "sleep " + forLong));
        await(() -> sleeping().size() == 3);
        authority.revoke(grant);

        assertThat(end(running).cause()).isEqualTo(Cause.REVOKED);
        assertThat(sleeping()).isEmpty();
    }

    // ---- what people's programs obey

    @Test
    void e36_whatProgramsObey_isReadOnly_atAnyDepth_howeverFoldersAreRenamed() throws IOException {
        for (Path repository : List.of(workspace, Files.createDirectories(workspace.resolve("a/b")))) {
            Files.createDirectories(repository.resolve(".git/hooks"));
            Files.writeString(repository.resolve(".git/config"), "mine");
            Files.createDirectories(repository.resolve(".vscode"));
            Files.writeString(repository.resolve(".envrc"), "mine");
        }

        var result = run(
                policy(all()),
                "for d in . a/b; do echo x > $d/.git/hooks/post-commit; echo x > $d/.git/config; rm $d/.git/config;"
                        + " echo x > $d/.vscode/tasks.json; echo x > $d/.envrc; mv $d/.git $d/git2; rm -rf $d/.git/hooks;"
                        + " mv $d/.envrc $d/e; ln -f /bin/true $d/.envrc; echo fine > $d/.git/index; done; mv a c;"
                        + " echo code > code");

        for (Path repository : List.of(workspace, workspace.resolve("a/b"))) {
            assertThat(repository.resolve(".git/hooks")).isEmptyDirectory();
            assertThat(repository.resolve(".git/config")).hasContent("mine");
            assertThat(repository.resolve(".vscode")).isEmptyDirectory();
            assertThat(repository.resolve(".envrc")).hasContent("mine");
            assertThat(repository.resolve(".git/index")).hasContent("fine");
        }
        assertThat(workspace.resolve("code")).hasContent("code");
        assertThat(result.violations()).isEmpty();
    }

    @Test
    void e36_whatDidNotExist_isReported() {
        var result = run(policy(all()), "mkdir -p x/.git/hooks; echo evil > x/.git/hooks/post-commit");

        assertThat(result.violations())
                .containsExactly(new Violation(
                        "persist", workspace.resolve("x/.git/hooks").toString(), 0, "/bin/bash"));
    }

    @Test
    void e36_start_refuses_whenItIsALink() throws IOException {
        Files.createSymbolicLink(workspace.resolve(".envrc"), outside.resolve("secret"));

        assertThatThrownBy(() -> sandbox.start(policy(all()), command("echo x > .envrc")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining(".envrc is a symbolic link");
    }

    @Test
    void filesOfProcesses_areHidden_evenWhereTheirFolderIsGranted() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));

        var result = run(
                policy(tree(temporary, "read,list")), "find " + temporary + "/agentos-bubblewrap-* -type f; echo end");

        assertThat(result.stdout().text()).isEqualTo("end\n");
    }

    // ---- failing closed

    @Test
    void start_refuses_whereBubblewrapIsNotThere() {
        var absent = Bubblewrap.probe(List.of(folder.resolve("bwrap")));
        try (var without =
                new BubblewrapSandbox(absent, KernelParts.withoutGroups(), EgressMeans.missing("bubblewrap"))) {
            assertThat(without.features()).noneMatch(SandboxFeature::present);
            assertThat(without.features().getFirst().remedy()).contains("apt install bubblewrap");
            assertThatThrownBy(() -> without.start(policy(), command("true")))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("not installed");
        }
    }

    @Test
    void start_refuses_whereBubblewrapIsOld_orNotPermitted() throws IOException {
        assertThat(fake("echo bubblewrap 0.7.1").obstacle()).contains("0.8.0");
        assertThat(fake("echo other 1.0").works()).isFalse();
        assertThat(fake("[ $1 = --version ] && echo bubblewrap 0.8.0 || echo 'bwrap: No permissions' >&2")
                        .obstacle())
                .contains("user namespaces", "No permissions");
    }

    private Bubblewrap fake(String script) throws IOException {
        Path program = folder.resolve("fake" + System.nanoTime());
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return Bubblewrap.probe(List.of(program));
    }

    @Test
    void end_isAFailure_whenBubblewrapCannotPrepareIt() {
        var running = sandbox.start(
                policy(),
                new SandboxCommand(
                        List.of("/bin/true"),
                        workspace,
                        Map.of("BAD=NAME", "x"),
                        new byte[0],
                        Duration.ofSeconds(30),
                        1_000));

        assertThatThrownBy(() -> end(running))
                .hasCauseInstanceOf(SandboxException.class)
                .hasMessageContaining("/bin/true");
    }

    @Test
    void exitCode1_isTheProgramsOwn() {
        assertThat(run(policy(), "exit 1").exitCode()).isEqualTo(1);
        assertThat(run(policy(), "exit 125").cause()).isEqualTo(Cause.EXIT);
    }

    @Test
    void withoutGroups_eachProcessIsLimited_andTheResultSaysSo() {
        withoutEgress();

        var result = run(
                policy(),
                "x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo ${#x}",
                SandboxLimits.builder().memoryBytes(50_000_000).build());

        assertThat(result.stdout().text()).doesNotContain("100000000");
        assertThat(result.confinement().degraded()).containsExactly("PIDS", "MEMORY");
    }
}
