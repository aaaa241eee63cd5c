package dev.agentos.cli.rpc;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A peer that writes and reads bytes as it likes. */
final class RawPeer implements AutoCloseable {
    private static final JsonProvider JSON = Providers.only(JsonProvider.class);
    private static final int MOST = 32 * 1024 * 1024;

    private final SocketChannel channel;
    private final LineReader lines;

    RawPeer(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        lines = new LineReader(channel, MOST);
    }

    /** A request as a line. */
    static String request(Object id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    void send(String line) throws IOException {
        send((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        var left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** Says no more, but listens. */
    void endOfRequests() throws IOException {
        channel.shutdownOutput();
    }

    /** The next line; null when the server has closed the connection. */
    String line() throws IOException {
        return lines.next();
    }

    JsonObject document() throws IOException {
        return JSON.parse(line()).asObject();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
