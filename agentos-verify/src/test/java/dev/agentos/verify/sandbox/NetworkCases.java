package dev.agentos.verify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;

/** Ways out over the network, with somebody listening who has to hear nothing. */
final class NetworkCases {
    private static final String SECCOMP = "seccomp on `socket`";

    private NetworkCases() {}

    static List<SandboxCase> listed() {
        return List.of(
                new SandboxCase("E20", "TCP to a listener on this machine: curl, bash", SECCOMP, NetworkCases::tcp),
                new SandboxCase(
                        "E22",
                        "UDP and names: a datagram, `getent hosts secret.canary.test`",
                        SECCOMP,
                        NetworkCases::udp),
                new SandboxCase("E23", "IPv6, netlink, vsock, packet, raw ICMP", SECCOMP, NetworkCases::families),
                new SandboxCase("E24", "Unix sockets: by path (as of Docker), abstract", SECCOMP, NetworkCases::unix),
                new SandboxCase("E25", "listen on a port", SECCOMP + ", Landlock ports", NetworkCases::listen));
    }

    static List<SandboxCase> own() {
        return List.of(
                new SandboxCase(
                        "N40",
                        "a port that is not granted, by one who is granted another",
                        "Landlock ports",
                        NetworkCases::otherPort),
                new SandboxCase(
                        "N41", "TCP fast open to a port that is not granted", "seccomp", NetworkCases::fastOpen),
                new SandboxCase(
                        "N42",
                        "MPTCP, SCTP, UDP-Lite, UDP by one who is granted a port of TCP",
                        SECCOMP,
                        NetworkCases::protocols),
                new SandboxCase(
                        "N43",
                        "`AF_ALG`, Bluetooth, CAN, key, XDP sockets by one who is granted all of the net",
                        SECCOMP,
                        NetworkCases::odd),
                new SandboxCase(
                        "N44",
                        "a datagram pair (`socketpair`), then `sendto` to a Unix socket outside",
                        "seccomp on `socketpair`",
                        NetworkCases::pair),
                new SandboxCase(
                        "N45",
                        "a Unix socket in the workspace to a socket outside by a link, with a port granted",
                        SECCOMP,
                        NetworkCases::unixWithPort),
                new SandboxCase(
                        "N46",
                        "wait for connections with a right to connect only",
                        "seccomp, Landlock ports",
                        NetworkCases::listenWithConnect));
    }

    private static ServerSocketChannel server() throws IOException {
        var server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.configureBlocking(false);
        return server;
    }

    private static int port(ServerSocketChannel server) throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    private static String tcp(CaseRoom room) throws IOException {
        try (var server = server()) {
            String to = "127.0.0.1/" + port(server);

            String errors = room.denied(room.bash(": > /dev/tcp/" + to + " && echo ALLOWED"), "EPERM");
            var curl = room.bash("curl -s -m 5 http://" + to.replace('/', ':') + "/ && echo ALLOWED");

            assertThat(curl.stdout()).isEmpty();
            assertThat(server.accept()).isNull();
            return errors + "; 0 connections";
        }
    }

    private static String udp(CaseRoom room) throws IOException {
        try (var server = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            server.configureBlocking(false);
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();

            String errors = room.denied(
                    room.bash("echo " + "x > /dev/udp/127.0.0.1/" + port
                            + " && echo ALLOWED; getent hosts secret.canary.test && echo ALLOWED"),
                    "EPERM");

            assertThat(server.receive(ByteBuffer.allocate(16))).isNull();
            return errors + "; 0 packets";
        }
    }

    private static String families(CaseRoom room) {
        return room.denied(
                room.calls(
                        "c(41, 10, 1, 0); c(41, 16, 3, 0); c(41, 40, 1, 0); c(41, 17, 3, 0); c(41, 2, 3, 1); c(41, 2, 2, 1);"),
                "EPERM");
    }

    private static String unix(CaseRoom room) throws IOException {
        Path path = room.base.resolve("docker.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path)).configureBlocking(false);

            String errors = room.denied(
                    room.calls(
                            "for my $t (1, 2, 5) { c(41, 1, $t, 0); } use Socket; socket(my $s, 1, 1, 0) or print STDERR \"$!\\n\"; "
                                    + "connect(STDIN, pack_sockaddr_un('" + path + "')) or print STDERR \"$!\\n\";"),
                    "EPERM");

            assertThat(server.accept()).isNull();
            return errors + "; 0 connections";
        }
    }

    private static String listen(CaseRoom room) {
        return room.denied(
                room.calls(
                        "c(41, 2, 1, 0); c(49, 0, pack('SnNx8', 2, 0, 0x7F000001), 16); c(50, 0, 1); c(43, 0, 0, 0); c(288, 0, 0, 0, 0);"),
                "EPERM");
    }

    // ---- not on the list

    private static String granted(int port) {
        return "net:*:" + port + " connect";
    }

    private static String otherPort(CaseRoom room) throws IOException {
        try (var ours = server();
                var other = server()) {
            var ended = room.bash(
                    "(: > /dev/tcp/127.0.0.1/" + port(ours) + ") && echo in; (: > /dev/tcp/127.0.0.1/" + port(other)
                            + ") && echo ALLOWED",
                    granted(port(ours)));

            assertThat(ended.stdout()).isEqualTo("in\n");
            assertThat(other.accept()).isNull();
            try (var accepted = ours.accept()) {
                assertThat(accepted).isNotNull();
            }
            return room.denied(ended, "EACCES") + "; 0 connections";
        }
    }

    private static String fastOpen(CaseRoom room) throws IOException {
        try (var other = server()) {
            String errors = room.denied(
                    room.calls(
                            "my $s = syscall(41, 2, 1, 0); die \"$!\" if $s < 0; my $a = pack('SnNx8', 2, "
                                    + port(other) + ", 0x7F000001); "
                                    + "c(44, $s, 'x', 1, 0x20000000, $a, 16); my $i = pack('pQ', 'x', 1); my $m = pack('pLx4pQx8x8x8', $a, 16, $i, 1); "
                                    + "c(46, $s, $m, 0x20000000); my $one = pack('l', 1); syscall(54, $s, 6, 30, $one, 4); c(42, $s, $a, 16); c(44, $s, 'x', 1, 0, 0, 0);",
                            granted(1)),
                    "EPERM",
                    "EACCES",
                    "EPIPE");

            assertThat(other.accept()).isNull();
            return errors + "; 0 connections";
        }
    }

    private static String protocols(CaseRoom room) {
        return room.denied(
                room.calls(
                        "c(41, 2, 1, 262); c(41, 2, 1, 132); c(41, 2, 5, 132); c(41, 2, 2, 136); c(41, 2, 2, 0); c(41, 2, 3, 255);",
                        granted(443)),
                "EPERM");
    }

    private static String odd(CaseRoom room) {
        return room.denied(
                room.calls(
                        "for my $f (1, 15, 16, 17, 29, 31, 38, 40, 44, 45) { for my $t (1, 2, 3, 5) { c(41, $f, $t, 0); } }",
                        "net:** connect"),
                "EPERM");
    }

    /** The host's side is made by perl: Java has no datagrams over Unix sockets. */
    private static String pair(CaseRoom room) throws Exception {
        CaseRoom.needs("/usr/bin/perl");
        Path path = room.base.resolve("log.sock");
        Process host = new ProcessBuilder(
                        "perl",
                        "-e",
                        "use Socket; socket(my $s, 1, 2, 0); bind($s, pack_sockaddr_un('" + path
                                + "')) or die; print \"bound\\n\"; close STDOUT; recv($s, my $b, 9, 0); exit 7")
                .redirectErrorStream(true)
                .start();
        try {
            CaseRoom.await(() -> path.toFile().exists());
            String attack =
                    "my $f = pack('ll', 0, 0); for my $t (2, 3) { print STDERR (syscall(53, 1, $t, 0, $f) < 0 ? \"$!\\n\" : \"ALLOWED\\n\"); my ($x) = unpack('ll', $f); "
                            + "my $a = pack('Sa108', 1, '" + path
                            + "'); my $m = 'x'; syscall(44, $x, $m, 1, 0, $a, 110); }";

            String errors = room.denied(room.calls(attack), "EPERM");

            assertThat(host.isAlive()).as("the host's socket got nothing").isTrue();
            return errors + "; 0 packets";
        } finally {
            host.destroyForcibly().waitFor();
        }
    }

    private static String unixWithPort(CaseRoom room) throws IOException {
        Path path = room.base.resolve("docker.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path)).configureBlocking(false);

            String errors = room.denied(
                    room.calls(
                            "symlink('" + path
                                    + "', 's'); c(41, 1, 1, 0); c(41, 1, 2, 0); my $s = syscall(41, 2, 1, 0); my $a = pack('Sa108', 1, 's'); c(42, $s, $a, 110);",
                            granted(443)),
                    "EPERM",
                    "EINVAL",
                    "EACCES",
                    "EAFNOSUPPORT");

            assertThat(server.accept()).isNull();
            return errors + "; 0 connections";
        }
    }

    private static String listenWithConnect(CaseRoom room) {
        return room.denied(
                room.calls(
                        "my $s = syscall(41, 2, 1, 0); die \"$!\" if $s < 0; c(49, $s, pack('SnNx8', 2, 0, 0x7F000001), 16); c(50, $s, 1);",
                        granted(443)),
                "EPERM");
    }
}
