package dev.agentos.tools.egress;

import dev.agentos.tools.egress.EgressRights.Pass;
import dev.agentos.tools.http.Host;
import dev.agentos.tools.http.HttpRefusedException;
import dev.agentos.tools.http.HttpUrl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.regex.Pattern;

/*
 * The host is connected to before the client speaks, since only then its greeting comes; but nothing of it goes there until
 * the greeting has been judged. Where the right is for any protocol the host may speak first, and is let.
 */
/** Serves {@code CONNECT host:port}. Used by the thread of one connection. */
final class Tunnel {
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\[\\]:/?#@\\\\]+):[0-9]{1,5}");
    private static final String OPEN = "HTTP/1.1 200 Connection established\r\n\r\n";
    private static final byte HANDSHAKE = 22;

    private final EgressConnection connection;

    Tunnel(EgressConnection connection) {
        this.connection = connection;
    }

    void serve(RequestHead head) throws IOException, RefusedException {
        HttpUrl target = target(head);
        Host host = target.host();
        String peer = host.text() + ":" + target.port();
        connection.peer(peer);
        check(head, host);
        Pass pass = connection.proxy().rights().tunnel(host, target.port());
        SocketChannel channel = connection.connect(host, target.port(), pass);
        Ledger.Account account = connection.proxy().ledger().connected(peer);
        connection.say(OPEN);
        Thread back;
        if (pass.tls()) {
            judge(host);
            back = connection.carryBack(channel, pass, account.received());
        } else {
            back = connection.carryBack(channel, pass, account.received());
            if (speaksTls()) {
                judge(host);
            }
        }
        connection.carry(channel, pass, account.sent());
        join(back);
    }

    private static HttpUrl target(RequestHead head) throws RefusedException {
        if (!AUTHORITY.matcher(head.target()).matches()) {
            throw RefusedException.malformed("CONNECT takes a host and a port");
        }
        try {
            return HttpUrl.parse("https://" + head.target() + "/");
        } catch (HttpRefusedException e) {
            throw RefusedException.of(e);
        }
    }

    private static void check(RequestHead head, Host host) throws RefusedException {
        if (!(Framing.of(head) instanceof Framing.Empty)) {
            throw RefusedException.malformed("CONNECT has no body");
        }
        var named = head.values("host");
        if (named.size() > 1) {
            throw RefusedException.malformed("a request with two hosts");
        }
        // The port may be left out, and some clients do.
        boolean agrees = named.stream()
                .map(value -> value.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", ""))
                .allMatch(value -> value.equals(host.text()) || value.equals(headHost(head)));
        if (!agrees) {
            throw RefusedException.denied("CONNECT and its Host disagree");
        }
    }

    private static String headHost(RequestHead head) {
        return head.target().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", "");
    }

    /** Waits for what the client says first; also false if it says nothing. */
    private boolean speaksTls() throws IOException {
        ClientInput input = connection.input();
        ByteBuffer first = input.view();
        return (first.hasRemaining() || input.fill()) && input.view().get(0) == HANDSHAKE;
    }

    /** Waits for the greeting, and leaves it to be carried on. */
    private void judge(Host host) throws IOException, RefusedException {
        Runnable intime =
                connection.proxy().hurry(connection, connection.proxy().bounds().greeting());
        ClientInput input = connection.input();
        ClientHello hello = ClientHello.in(input.view());
        while (hello == null) {
            if (!input.fill()) {
                throw new ClientInput.ClosedByClientException();
            }
            hello = ClientHello.in(input.view());
        }
        intime.run();
        String name = hello.serverName();
        boolean agrees = switch (host) {
            case Host.Name expected ->
                name != null && name.toLowerCase(Locale.ROOT).equals(expected.text());
            case Host.Literal ignored -> name == null;
        };
        if (!agrees) {
            throw RefusedException.denied(
                    name == null ? "TLS that does not name the host" : "TLS that names another host");
        }
    }

    static void join(Thread back) throws IOException {
        try {
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the connection was ended", e);
        }
    }
}
