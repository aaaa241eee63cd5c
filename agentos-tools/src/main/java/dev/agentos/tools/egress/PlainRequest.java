package dev.agentos.tools.egress;

import dev.agentos.tools.egress.EgressRights.Pass;
import dev.agentos.tools.egress.RequestHead.Header;
import dev.agentos.tools.http.HttpRefusedException;
import dev.agentos.tools.http.HttpRequest;
import dev.agentos.tools.http.HttpUrl;
import dev.agentos.tools.http.RequestHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/*
 * What goes to the host is written anew from what was understood, never passed on: the path that was judged, the host of it,
 * headers that http.request would send as well. One request a connection, and the answer ends with the connection, so that
 * it does not matter where the host sees its end.
 */
/** Serves a request for an {@code http:} URL. Used by the thread of one connection. */
final class PlainRequest {
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final int MOST_CHUNK_DIGITS = 8;
    private static final int HEX = 16;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EgressConnection connection;

    PlainRequest(EgressConnection connection) {
        this.connection = connection;
    }

    void serve(RequestHead head) throws IOException, RefusedException {
        HttpUrl url = url(head);
        String peer = url.host().text() + ":" + url.port();
        connection.peer(peer);
        if (url.isSecure()) {
            throw RefusedException.malformed("https: goes through a tunnel (CONNECT)");
        }
        if (!HttpRequest.METHODS.contains(head.method())) {
            throw RefusedException.malformed("not a method that is passed on");
        }
        Framing framing = Framing.of(head);
        String request = request(head, url, framing);
        Pass pass = connection.proxy().rights().request(url, head.method());
        SocketChannel channel = connection.connect(url.host(), url.port(), pass);
        Ledger.Account account = connection.proxy().ledger().connected(peer);
        var out = new Out(channel, pass, account);
        out.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        boolean asks = head.values("expect").stream().anyMatch(value -> value.equalsIgnoreCase("100-continue"));
        if (asks && !(framing instanceof Framing.Empty)) {
            connection.say(CONTINUE);
        }
        Thread back = connection.carryBack(channel, pass, account.received());
        switch (framing) {
            case Framing.Empty() -> {}
            case Framing.Length(long bytes) -> body(bytes, out);
            case Framing.Chunked() -> chunks(out);
        }
        awaitNoMore(back);
    }

    /** Where the request goes. */
    private record Out(SocketChannel channel, Pass pass, Ledger.Account account) {
        void write(ByteBuffer bytes) throws IOException {
            EgressConnection.carry(bytes, channel, pass, account.sent());
        }

        void write(String text) throws IOException {
            write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static HttpUrl url(RequestHead head) throws RefusedException {
        try {
            return HttpUrl.parse(head.target());
        } catch (HttpRefusedException e) {
            throw RefusedException.of(e);
        }
    }

    private static String request(RequestHead head, HttpUrl url, Framing framing) throws RefusedException {
        if (head.values("host").size() > 1) {
            throw RefusedException.malformed("a request with two hosts");
        }
        String authority = url.origin().substring("http://".length());
        var text = new StringBuilder(head.method() + " " + url.target() + " HTTP/1.1\r\nHost: " + authority + "\r\n");
        headers(head).forEach((name, value) -> line(text, name, value));
        head.values("accept-encoding").stream().limit(1).forEach(value -> line(text, "Accept-Encoding", value));
        switch (framing) {
            case Framing.Empty() -> {}
            case Framing.Length(long bytes) -> line(text, "Content-Length", Long.toString(bytes));
            case Framing.Chunked() -> line(text, "Transfer-Encoding", "chunked");
        }
        line(text, "Connection", "close");
        return text.append("\r\n").toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
    }

    /** What is neither of the connection nor makes a server see another method, host or path. */
    private static Map<String, String> headers(RequestHead head) throws RefusedException {
        Set<String> ofConnection = head.values("connection").stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        var kept = new LinkedHashMap<String, String>();
        for (Header header : head.headers()) {
            String key = header.key();
            if (!RequestHeaders.isOfConnection(key)
                    && !ofConnection.contains(key)
                    && kept.put(header.name(), header.value()) != null) {
                throw RefusedException.malformed("a header stands there twice");
            }
        }
        try {
            return new RequestHeaders(kept).values();
        } catch (HttpRefusedException e) {
            throw RefusedException.of(e);
        }
    }

    private void body(long bytes, Out out) throws IOException {
        for (long left = bytes; left > 0; ) {
            ByteBuffer some = connection.input().take(left);
            if (!some.hasRemaining()) {
                throw new ClientInput.ClosedByClientException();
            }
            left -= some.remaining();
            out.write(some);
        }
    }

    private void chunks(Out out) throws IOException, RefusedException {
        for (long length = chunkLength(); length > 0; length = chunkLength()) {
            out.write(Long.toHexString(length) + "\r\n");
            body(length, out);
            endOfLine();
            out.write("\r\n");
        }
        // What may stand here are headers that would be seen after the others were judged.
        endOfLine();
        out.write("0\r\n\r\n");
    }

    private long chunkLength() throws IOException, RefusedException {
        long length = 0;
        int digits = 0;
        int next = connection.input().takeByte();
        for (; Character.digit(next, HEX) >= 0; next = connection.input().takeByte()) {
            length = length * HEX + Character.digit(next, HEX);
            digits++;
            if (digits > MOST_CHUNK_DIGITS) {
                throw RefusedException.malformed("a chunk of a malformed length");
            }
        }
        if (digits == 0 || next != '\r' || connection.input().takeByte() != '\n') {
            throw RefusedException.malformed("a chunk of a malformed length, or with an extension");
        }
        return length;
    }

    private void endOfLine() throws IOException, RefusedException {
        if (connection.input().takeByte() != '\r' || connection.input().takeByte() != '\n') {
            throw RefusedException.malformed("a body with something behind it");
        }
    }

    /** Waits for the end of the answer. A second request is not read: whoever makes one finds the connection closed. */
    private void awaitNoMore(Thread back) throws IOException {
        if (connection.input().take(1).equals(NOTHING)) {
            Tunnel.join(back);
        }
    }
}
