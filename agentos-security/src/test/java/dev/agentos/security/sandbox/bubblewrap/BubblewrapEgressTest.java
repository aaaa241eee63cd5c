package dev.agentos.security.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.SandboxResult.Violation;
import dev.agentos.security.sandbox.linux.KernelParts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way from a network namespace to an egress: the relay, what the program can do beside it, and what is left. */
class BubblewrapEgressTest extends BubblewrapScripts {
    private static final String RIGHT = "net:https://api.example.com/** connect";
    private static final String CONNECTED = "exec 3<>/dev/tcp/127.0.0.1/3128 && ";

    private static final String DOORS = "for f in " + System.getProperty("java.io.tmpdir")
            + "/agentos-bubblewrap-*/*; do [ -S $f ] && echo $f; done | wc -l";

    private final EchoEgressProvider provider = new EchoEgressProvider();

    @BeforeEach
    void openWithEgress() {
        sandbox.close();
        Bubblewrap bubblewrap = Bubblewrap.probe();
        EgressMeans means = EgressMeans.of(provider, bubblewrap);
        assumeTrue(means.obstacle().isEmpty(), "SKIPPED, single hosts are not tested; they need " + means.obstacle());
        sandbox = new BubblewrapSandbox(bubblewrap, KernelParts.withoutGroups(), means);
    }

    private EchoEgressProvider.Echo egress() {
        return provider.opened.getFirst();
    }

    // ---- what it gets

    @Test
    void program_reachesItsEgress_andFindsItInItsEnvironment() {
        var command = new SandboxCommand(
                List.of(
                        "/bin/bash",
                        "-c",
                        "echo $http_proxy $https_proxy $all_proxy $HTTP_PROXY $HTTPS_PROXY $ALL_PROXY ${no_proxy-none}"
                                + " ${NO_PROXY-none} $MINE; env | grep -c AGENTOS; " + CONNECTED
                                + "echo hello >&3 && head -1 <&3"),
                workspace,
                Map.of(
                        "MINE",
                        "a b=c",
                        "NO_PROXY",
                        "*",
                        "no_proxy",
                        "*",
                        "HTTP_PROXY",
                        "http://evil:1",
                        "PATH",
                        "/usr/bin:/bin"),
                new byte[0],
                Duration.ofSeconds(30),
                10_000);

        var result = end(sandbox.start(policy(RIGHT), command));

        String proxy = "http://127.0.0.1:3128 ";
        assertThat(result.stdout().text()).isEqualTo(proxy.repeat(6) + "none none a b=c\n1\nhello\n");
        assertThat(result.stderr().text()).isEmpty();
        assertThat(result.traffic().connections()).isEqualTo(1);
        assertThat(result.violations())
                .containsExactly(new Violation("connect", "evil.example:443: no right", 0, "/bin/bash"));
        assertThat(egress().closed).isTrue();
        assertThat(egress().rights).hasSize(1);
    }

    @Test
    void relay_carriesAll_inBothDirections_andManyAtOnce() {
        var result = run(
                policy(RIGHT),
                CONNECTED + "(head -c 3000000 /dev/zero | tr '\\0' x >&3 &) ; head -c 3000000 <&3 | tr -d x | wc -c;"
                        + " for i in $(seq 60); do (exec 4<>/dev/tcp/127.0.0.1/3128; echo $i >&4; read r <&4; echo $r) & done; wait",
                SandboxLimits.builder().wallTime(Duration.ofSeconds(60)).build());

        assertThat(result.stdout().text().lines()).first().isEqualTo("0");
        assertThat(result.stdout()
                        .text()
                        .lines()
                        .skip(1)
                        .mapToInt(Integer::parseInt)
                        .sum())
                .isEqualTo(60 * 61 / 2);
        assertThat(result.traffic().connections()).isEqualTo(61);
        assertThat(egress().bytes.get()).isGreaterThan(3_000_000);
    }

    @Test
    void plan_hasHosts_thatAnEgressHoldsItTo_andNoOthers() {
        var plan = sandbox.prepare(policy(
                RIGHT,
                "net:*:443 connect",
                "net:no.example.com:1 connect",
                RIGHT + "; uses=3",
                "net:*:80 connect,listen"));

        assertThat(plan.network()).isEqualTo(SandboxPlan.Network.NONE);
        assertThat(plan.hosts())
                .extracting(grant -> grant.capability().toString())
                .containsExactly(RIGHT, "net:*:443 connect");
        assertThat(plan.grants()).isEqualTo(plan.hosts());
        assertThat(plan.notDelegatedToChild())
                .hasSize(3)
                .anyMatch(left -> left.reason().equals("no echo from there"));
    }

    @Test
    void plan_hasNoHosts_whereItHasAllOfTheNetwork_orThereIsNoEgress() {
        var all = sandbox.prepare(policy(RIGHT, "net:** connect"));
        SandboxPlan without;
        try (var lacking = new BubblewrapSandbox(
                Bubblewrap.probe(), KernelParts.withoutGroups(), EgressMeans.missing("a thing"))) {
            without = lacking.prepare(policy(RIGHT));
        }

        assertThat(all.network().everywhere()).isTrue();
        assertThat(all.hosts()).isEmpty();
        assertThat(all.grants()).hasSize(1);
        assertThat(all.notDelegatedToChild()).hasSize(1);
        assertThat(without.hosts()).isEmpty();
        assertThat(without.grants()).isEmpty();
        assertThat(without.notDelegatedToChild())
                .singleElement()
                .satisfies(left -> assertThat(left.reason()).endsWith("what this machine lacks: a thing"));
    }

    @Test
    void feature_isListed_andNobodyIsKeptFromStartingWithoutIt() {
        try (var lacking = new BubblewrapSandbox(
                Bubblewrap.probe(), KernelParts.withoutGroups(), EgressMeans.missing("a thing"))) {
            assertThat(lacking.features())
                    .contains(new SandboxFeature(
                            SandboxFeature.EGRESS,
                            false,
                            "single hosts: network namespace, perl, an egress",
                            "a thing"));
            assertThat(lacking.probe().degraded()).doesNotContain(SandboxFeature.EGRESS);
            assertThat(end(lacking.start(policy(RIGHT), command("echo ran")))
                            .stdout()
                            .text())
                    .isEqualTo("ran\n");
        }
        assertThat(sandbox.features())
                .contains(new SandboxFeature(
                        SandboxFeature.EGRESS, true, "single hosts: network namespace, perl, egress 'echo'", ""));
    }

    @Test
    void feature_isMissing_whereSocketsWouldHaveTooLongNames() {
        assertThat(Door.fitsInto(Path.of("/" + "a".repeat(93)))).isTrue();
        assertThat(Door.fitsInto(Path.of("/" + "a".repeat(94)))).isFalse();
        assertThat(Door.fitsInto(Path.of("/" + "\u00e4".repeat(47)))).isFalse();
    }

    // ---- what it does not get

    @Test
    void e20_e22_e25_nothingElse_isReached() throws IOException {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(1); // who has connected is there when the process has ended

            var result = run(
                    policy(RIGHT),
                    "for h in 127.0.0.1 169.254.169.254 93.184.216.34; do echo x > /dev/tcp/$h/" + server.getLocalPort()
                            + " && echo tcp; done; echo x > /dev/udp/127.0.0.1/9 && echo udp; getent hosts canary.test && echo dns;"
                            + " perl -e 'socket(S,2,1,0) && bind(S,pack(\"S n C4 x8\",2,0,127,0,0,1)) && print \"bound\"; print $!';"
                            + " perl -e 'socket(S,10,3,58) && print \"raw\"'; echo end");

            assertThat(result.stdout().text()).isEqualTo("Operation not permittedend\n");
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void e24_unixSockets_cannotBeMade_notEvenToItsOwnDoor() throws IOException {
        Path place = workspace.resolve("docker.sock");
        try (var server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(place))) {
            server.configureBlocking(false);

            var result = run(
                    policy(RIGHT, all(), "file:/proc/** read,list"),
                    "perl -e 'for my $t (1,2,5) { socket(S,1,$t,0) && print \"made\"; print \"$!\\n\" }';"
                            + " grep Seccomp /proc/self/status; " + DOORS);

            assertThat(result.stdout().text())
                    .startsWith("Operation not permitted\n".repeat(3))
                    .contains("Seccomp:\t2", "Seccomp_filters:\t2")
                    .endsWith("\n1\n");
            assertThat(server.accept()).isNull();
        }
        assertThat(egress().connections).hasValue(0);
    }

    @Test
    void environment_meansNothing_beforeTheProgramRuns() throws IOException {
        Files.writeString(workspace.resolve("evil.pm"), "open my $f, '>', '" + workspace + "/loaded'; 1;");
        Files.writeString(workspace.resolve("strict.pm"), "open my $f, '>', '" + workspace + "/loaded'; 1;");
        var command = new SandboxCommand(
                List.of("/bin/bash", "-c", "echo $PERL5OPT $PERL5LIB"),
                workspace,
                Map.of(
                        "PERL5OPT",
                        "-Mevil",
                        "PERL5LIB",
                        workspace.toString(),
                        "PERLLIB",
                        workspace.toString(),
                        "PERL5DB",
                        "evil"),
                new byte[0],
                Duration.ofSeconds(30),
                10_000);

        var result = end(sandbox.start(policy(RIGHT, all()), command));

        assertThat(result.stdout().text()).isEqualTo("-Mevil " + workspace + "\n");
        assertThat(workspace.resolve("loaded")).doesNotExist();
    }

    @Test
    void relay_isNotToBeLookedInto_andWhoKillsItHarmsItself() {
        var result = run(
                policy(RIGHT, "file:/proc/** read,list"),
                "for p in /proc/[0-9]*; do read -r n < $p/comm; [ $n = perl ] && r=$p; done; [ -n \"$r\" ] && echo found;"
                        + " cat $r/environ $r/maps > /dev/null && echo read; ls -l $r/fd && echo listed; : > $r/mem && echo wrote;"
                        + " kill -9 -1; while [ -e $r/exe ] && ! (echo x > /dev/tcp/127.0.0.1/3128) ; do break; done; echo alive");

        assertThat(result.stdout().text())
                .startsWith("found\n")
                .endsWith("alive\n")
                .doesNotContain("read\n", "listed", "wrote");
        assertThat(result.cause()).isEqualTo(Cause.EXIT);
    }

    @Test
    void doors_ofOthers_areNotThere() {
        var first = sandbox.start(policy(RIGHT), command("exec sleep " + forLong));
        await(() -> !sleeping().isEmpty());

        var second = run(policy(RIGHT), DOORS);

        assertThat(second.stdout().text()).isEqualTo("1\n");
        assertThat(provider.opened).hasSize(2);
        assertThat(provider.opened.getLast().closed).isTrue();
        assertThat(egress().closed).isFalse();
        first.kill(Cause.CANCELLED);
        assertThat(end(first).cause()).isEqualTo(Cause.CANCELLED);
        assertThat(egress().closed).isTrue();
    }

    // ---- how it ends

    @Test
    void revokedRight_endsTheProcess_inTheMiddleOfWhatItSends() {
        var grant = grant(RIGHT);
        var running = sandbox.start(
                new SandboxPolicy(PrincipalId.HOST, List.of(grant)),
                command(CONNECTED
                        + "cat <&3 > /dev/null & exec 3>&-; exec 3<>/dev/tcp/127.0.0.1/3128; cat /dev/zero >&3"));
        await(() -> !provider.opened.isEmpty() && egress().bytes.get() > 0);

        authority.revoke(grant);

        SandboxResult result = end(running);
        assertThat(result.cause()).isEqualTo(Cause.REVOKED);
        assertThat(egress().closed).isTrue();
        assertThat(result.traffic().connections()).isEqualTo(2);
        assertThat(sandbox.prepare(new SandboxPolicy(PrincipalId.HOST, List.of(grant)))
                        .hosts())
                .isEmpty();
    }

    @Test
    void failedStart_leavesNoDoor() {
        var missing = new SandboxCommand(
                List.of("/bin/bash", "-c", "echo ran"),
                workspace,
                Map.of("BAD\0NAME", "x"),
                new byte[0],
                Duration.ofSeconds(30),
                1_000);

        assertThatThrownBy(() -> sandbox.start(policy(RIGHT), missing)).hasMessageContaining("null character");

        assertThat(egress().closed).isTrue();
    }
}
