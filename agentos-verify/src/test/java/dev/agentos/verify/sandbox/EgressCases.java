package dev.agentos.verify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.verify.sandbox.CaseRoom.Ended;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/*
 * In the sandbox bubblewrap, with rights to a host of this machine by its literal address, since no other is sure to be there.
 * The program speaks to its proxy by itself where curl would not do such a thing.
 */
/** Ways past the proxy, for a process that has rights to a single host, and around what it looks at. */
final class EgressCases {
    static final String SANDBOX = "bubblewrap";
    private static final String PROXY = "the proxy";
    private static final String NAMESPACE = "network namespace";

    /** Says the first argument to the proxy, with its escapes, and prints the first line that comes back. */
    private static final String ASK = "trap '' PIPE; ask() { exec 3<>/dev/tcp/127.0.0.1/3128; printf \"$1\" >&3;"
            + " head -1 <&3 | tr -d '\\r'; exec 3>&-; }; ";

    private EgressCases() {}

    static List<SandboxCase> own() {
        return List.of(
                new SandboxCase(
                        SANDBOX, "N70", "what is granted: a request and a tunnel with curl", "–", EgressCases::granted),
                new SandboxCase(
                        SANDBOX,
                        "N71",
                        "another host, port, path or method; the name for the address; odd spellings of it",
                        PROXY,
                        EgressCases::others),
                new SandboxCase(SANDBOX, "N72", "past the proxy: TCP, UDP, names", NAMESPACE, EgressCases::past),
                new SandboxCase(
                        SANDBOX,
                        "N73",
                        "metadata services and local names, with a right to all hosts",
                        PROXY,
                        EgressCases::metadata),
                new SandboxCase(
                        SANDBOX,
                        "N74",
                        "in a tunnel for TLS: TLS that names another host, plain text",
                        PROXY,
                        EgressCases::greetings),
                new SandboxCase(
                        SANDBOX,
                        "N75",
                        "requests that two readers see differently: lengths, folded lines, line feeds, overrides",
                        PROXY,
                        EgressCases::smuggled),
                new SandboxCase(SANDBOX, "N76", "a head of 100 kB; 200 connections at once", PROXY, EgressCases::many),
                new SandboxCase(
                        SANDBOX,
                        "N77",
                        "Unix sockets: as of Docker in the workspace, its own door",
                        "a second seccomp filter",
                        EgressCases::unix),
                new SandboxCase(
                        SANDBOX,
                        "N78",
                        "wait for connections, as the relay does",
                        "a second seccomp filter",
                        EgressCases::listen),
                new SandboxCase(SANDBOX, "N79", "kill the relay, and all else", NAMESPACE, EgressCases::killed),
                new SandboxCase(
                        SANDBOX,
                        "N80",
                        "leave a connection open in a daemon, and exit",
                        "process namespace",
                        EgressCases::left));
    }

    /** A host of this machine, which hears. */
    private static final class Host implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 300, InetAddress.getLoopbackAddress());
        private final List<Socket> open = new ArrayList<>(); // guarded by itself

        private Host() throws IOException {
            server.setSoTimeout(1); // who has connected is there when the process has ended
        }

        int port() {
            return server.getLocalPort();
        }

        String authority() {
            return "127.0.0.1:" + port();
        }

        /** Answers whoever asks for something. */
        Host answering() throws IOException {
            server.setSoTimeout((int) CaseRoom.PATIENCE.toMillis());
            Thread.ofPlatform().daemon().start(() -> {
                while (!server.isClosed()) {
                    try (Socket socket = server.accept()) {
                        var heard = new ByteArrayOutputStream();
                        while (!heard.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                            heard.write(socket.getInputStream().read());
                        }
                        socket.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        // The end.
                    }
                }
            });
            return this;
        }

        /** {@return what all have said that have come and gone} */
        String heard() throws IOException {
            var heard = new StringBuilder();
            while (true) {
                try (Socket socket = server.accept()) {
                    socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
                    heard.append(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
                } catch (SocketTimeoutException e) {
                    return heard.toString();
                }
            }
        }

        void heardNothing() throws IOException {
            assertThat(heard()).isEmpty();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static String granted(CaseRoom room) throws IOException {
        CaseRoom.needs("/usr/bin/curl");
        try (var host = new Host().answering()) {
            Ended ended = room.bash(
                    "curl -sS http://" + host.authority() + "/a && curl -sS -p http://" + host.authority() + "/b",
                    "net:http://" + host.authority() + "/** get",
                    "net:" + host.authority() + " connect");

            assertThat(ended.stdout()).as("%s", ended).isEqualTo("hello\nhello\n");
            assertThat(ended.confinement()).startsWith("EXTERNAL");
            return "works";
        }
    }

    private static String others(CaseRoom room) throws IOException {
        try (var host = new Host()) {
            String said = ASK
                    + asks(
                            "CONNECT evil.example:443",
                            "CONNECT 127.0.0.1:1",
                            "CONNECT localhost:" + host.port(),
                            "CONNECT 127.0.0.2:" + host.port(),
                            "GET http://evil.example/ok/x",
                            "GET http://" + host.authority() + "/other",
                            "PUT http://" + host.authority() + "/ok/x",
                            "GET http://127.1:" + host.port() + "/ok/x",
                            "GET http://" + host.authority() + "/ok/%2e%2e/other",
                            "CONNECT [::ffff:127.0.0.1]:" + host.port(),
                            "CONNECT 2130706433:" + host.port());

            Ended ended = room.bash(
                    said,
                    "net:http://" + host.authority() + "/ok/** get",
                    "net:https://" + host.authority() + "/** connect");

            host.heardNothing();
            assertThat(ended.text())
                    .contains("[denied by the sandbox: connect evil.example:443: no right to evil.example");
            return statuses(ended, 11) + "; 0 connections";
        }
    }

    private static String past(CaseRoom room) throws IOException {
        try (var host = new Host()) {
            Ended ended = room.bash(
                    "for h in 127.0.0.1 169.254.169.254 10.0.0.1; do echo x > /dev/tcp/$h/" + host.port()
                            + " && echo ALLOWED; done;"
                            + " echo x > /dev/udp/127.0.0.1/9 && echo ALLOWED; getent hosts secret.canary.test && echo ALLOWED;"
                            + " curl -sS --noproxy '*' http://" + host.authority() + "/ && echo ALLOWED",
                    "net:http://" + host.authority() + "/** get");

            host.heardNothing();
            assertThat(ended.stdout()).as("%s", ended).isEmpty();
            assertThat(ended.stderr())
                    .contains("Connection refused", "Network is unreachable", "Operation not permitted");
            return "nobody is there; EPERM for UDP; 0 connections";
        }
    }

    private static String metadata(CaseRoom room) {
        Ended ended = room.bash(
                ASK
                        + asks(
                                "CONNECT 169.254.169.254:80",
                                "GET http://169.254.169.254/latest/meta-data/",
                                "GET http://metadata.google.internal/",
                                "GET http://[fd00:ec2::254]/",
                                "GET http://100.100.100.200/",
                                "GET http://localhost/",
                                "CONNECT localhost:80",
                                "GET http://127.0.0.1/",
                                "CONNECT 192.168.0.1:80"),
                "net:http://*/** get",
                "net:*:80 connect",
                "net:169.254.169.254:80 connect");
        return statuses(ended, 9);
    }

    /** A greeting that names evil.example, as short as it can be. */
    private static final String GREETING = greeting();

    private static String greeting() {
        byte[] name = "evil.example".getBytes(StandardCharsets.US_ASCII);
        int names = 3 + name.length;
        int extension = 2 + names;
        int extensions = 4 + extension;
        int body = 2 + 32 + 1 + 4 + 2 + 2 + extensions;
        var hex = new StringBuilder("160301%04x01%06x0303".formatted(body + 4, body)).append("00".repeat(33));
        hex.append("0002130101%s%04x".formatted("00", extensions))
                .append("0000%04x%04x00%04x".formatted(extension, names, name.length));
        for (byte each : name) {
            hex.append("%02x".formatted(each));
        }
        return hex.toString().replaceAll("..", "\\\\x$0");
    }

    private static String greetings(CaseRoom room) throws IOException {
        try (var host = new Host()) {
            String tunnel = "CONNECT " + host.authority() + " HTTP/1.1\\r\\n\\r\\n";
            String script = "try() { exec 3<>/dev/tcp/127.0.0.1/3128; printf '" + tunnel
                    + "' >&3; read -r line <&3; echo ${line:9:3};"
                    + " read -r line <&3; printf \"$1\" >&3; cat <&3 | wc -c; exec 3>&-; }; ";

            Ended ended = room.bash(
                    script + "try '" + GREETING + "'; try 'GET / HTTP/1.1\\r\\n\\r\\n'; try 'SSH-2.0-x\\r\\n'",
                    "net:https://" + host.authority() + "/** connect");

            assertThat(ended.stdout()).as("%s", ended).isEqualTo("200\n0\n".repeat(3));
            assertThat(ended.text()).contains("TLS that names another host", "it does not speak TLS");
            host.heardNothing();
            return "closed; 0 bytes arrive";
        }
    }

    private static String smuggled(CaseRoom room) throws IOException {
        try (var host = new Host()) {
            String post = "POST http://" + host.authority() + "/ HTTP/1.1\\r\\n";
            String tail = "\\r\\n\\r\\n0\\r\\n\\r\\nGET /second HTTP/1.1\\r\\n\\r\\n";
            String script = List.of(
                            "Content-Length: 5\\r\\nTransfer-Encoding: chunked",
                            "Content-Length: 5\\r\\nContent-Length: 6",
                            "Transfer-Encoding: xchunked",
                            "Content-Length: +5",
                            "X: a\\r\\n folded",
                            "X : a",
                            "X: a\\nY: b",
                            "Host: a\\r\\nHost: b",
                            "X-HTTP-Method-Override: DELETE",
                            "X: a\\x00b")
                    .stream()
                    .map(headers -> "ask '" + post + headers + tail + "'; ")
                    .collect(Collectors.joining());

            Ended ended = room.bash(ASK + script, "net:http://" + host.authority() + "/** get,post");

            host.heardNothing();
            return statuses(ended, 10) + "; 0 connections";
        }
    }

    private static String many(CaseRoom room) throws IOException {
        CaseRoom.needs("/usr/bin/perl");
        try (var host = new Host()) {
            String script = "ask \"GET http://" + host.authority()
                    + "/ HTTP/1.1\\r\\nX: $(head -c 100000 /dev/zero | tr '\\0' a)\";"
                    + " perl -e 'my $there = pack(\"S n C4 x8\", 2, 3128, 127, 0, 0, 1); my (@all, $n); my $bits = \"\";"
                    + " for (1..200) { my $one; socket($one, 2, 1, 0) && connect($one, $there) or die $!; push @all, $one; vec($bits, fileno($one), 1) = 1 }"
                    + " select($bits, undef, undef, 30); for my $one (@all) { my $said = \"\"; vec($bits, fileno($one), 1)"
                    + " && sysread($one, $said, 12) && $said eq \"HTTP/1.1 503\" && $n++ } print $n ? \"turned away\\n\" : \"served\\n\"'";

            Ended ended = room.bash(ASK + script, "net:http://" + host.authority() + "/** get");

            assertThat(ended.stdout()).as("%s", ended).endsWith("turned away\n");
            assertThat(ended.text()).contains("more than 128 connections at once");
            host.heardNothing();
            return "431 or closed; 503 beyond 128";
        }
    }

    private static String unix(CaseRoom room) throws IOException {
        Path path = room.workspace.resolve("docker.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path)).configureBlocking(false);

            Ended ended = room.bash(
                    "perl -e 'for my $t (1, 2, 5) { print STDERR socket(S, 1, $t, 0) ? \"ALLOWED\\n\" : \"$!\\n\" }'",
                    "net:http://127.0.0.1:9/** get");

            assertThat(server.accept()).isNull();
            return room.denied(ended, "EPERM") + "; 0 connections";
        }
    }

    private static String listen(CaseRoom room) {
        return room.denied(
                room.bash(
                        "perl -e 'socket(S, 2, 1, 0) or die; print STDERR bind(S, pack(\"S n C4 x8\", 2, 0, 127, 0, 0, 1)) ? \"ALLOWED\\n\" : \"$!\\n\";"
                                + " print STDERR listen(S, 1) ? \"ALLOWED\\n\" : \"$!\\n\"'",
                        "net:http://127.0.0.1:9/** get"),
                "EPERM");
    }

    private static String killed(CaseRoom room) throws IOException {
        CaseRoom.needs("/usr/bin/curl");
        try (var host = new Host().answering()) {
            String right = "net:http://" + host.authority() + "/** get";
            String curl = "curl -sS http://" + host.authority() + "/";

            Ended ended = room.bash("kill -9 -1; " + curl + " || echo cut off", right);
            Ended next = room.bash(curl, right);

            assertThat(ended.stdout()).as("%s", ended).isEqualTo("cut off\n");
            assertThat(next.stdout()).as("%s", next).isEqualTo("hello\n");
            return "it cuts itself off, and nobody else";
        }
    }

    private static String left(CaseRoom room) throws IOException {
        try (var host = new Host()) {
            Ended ended = room.bash(
                    "exec 3<>/dev/tcp/127.0.0.1/3128; printf 'CONNECT " + host.authority()
                            + " HTTP/1.1\\r\\n\\r\\nstill here' >&3; read -r line <&3; echo ${line:9:3}; (setsid sleep "
                            + room.forLong + " &)",
                    "net:" + host.authority() + " connect");

            assertThat(ended.stdout()).as("%s", ended).isEqualTo("200\n");
            assertThat("still here").startsWith(host.heard()); // and it has ended
            assertThat(room.sleeping()).isEmpty();
            return "ends with it; 0 survivors";
        }
    }

    private static String asks(String... requests) {
        return List.of(requests).stream()
                .map(request -> "ask '" + request.replace("%", "%%") + " HTTP/1.1\\r\\n\\r\\n'; ")
                .collect(Collectors.joining());
    }

    /** {@return the numbers of all answers, which are refusals} */
    private static String statuses(Ended ended, int count) {
        List<String> lines = ended.stdout().lines().toList();
        assertThat(lines).as("%s", ended).hasSize(count).allMatch(line -> line.matches("HTTP/1\\.1 4[0-9][0-9] .*"));
        return lines.stream()
                .map(line -> line.substring(9, 12))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
