package dev.agentos.cli.rpc;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;

/** Calls a daemon, one call at a time. Not thread-safe. */
public final class RpcClient implements AutoCloseable {
    private static final int MAX_LINE = 64 * 1024 * 1024;

    private final Path socket;
    private final SocketChannel channel;
    private final LineReader lines;
    private final JsonProvider json = Providers.only(JsonProvider.class);
    private long lastId;

    private RpcClient(Path socket, SocketChannel channel) {
        this.socket = socket;
        this.channel = channel;
        this.lines = new LineReader(channel, MAX_LINE);
    }

    /**
     * Connects.
     *
     * @throws Failure with {@link Codes#NO_DAEMON} if nobody listens
     */
    public static RpcClient connect(Path socket) {
        UnixDomainSocketAddress address = SocketPath.address(socket);
        try {
            var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(address);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return new RpcClient(socket, channel);
        } catch (IOException e) {
            throw new Failure(
                    Codes.NO_DAEMON,
                    "no daemon at " + socket,
                    JsonObject.builder().put("socket", socket.toString()).build());
        }
    }

    /** Calls a method that tells nothing before it answers. */
    public JsonObject call(String method, JsonObject params) {
        return call(method, params, (name, told) -> {});
    }

    /**
     * Calls a method and waits for its answer.
     *
     * @param listener gets name and parameters of what is told meanwhile
     * @throws Failure what the daemon reports, or with {@link Codes#CONNECTION} if it does not answer
     */
    public JsonObject call(String method, JsonObject params, BiConsumer<String, JsonObject> listener) {
        long id = ++lastId;
        try {
            write(Envelope.request(id, method, params));
            while (true) {
                JsonObject document = read();
                if (document.get("method").orElse(null) instanceof JsonString(String name)) {
                    listener.accept(name, document.at("params").asObject());
                    continue;
                }
                var error = document.get("error");
                if (error.isPresent()) {
                    throw Envelope.failure(error.get().asObject());
                }
                if (document.get("id").orElse(null) instanceof JsonNumber number && number.equals(JsonNumber.of(id))) {
                    return document.at("result").asObject();
                }
            }
        } catch (IOException e) {
            throw lost(String.valueOf(e.getMessage()));
        } catch (JsonException | IllegalStateException | NoSuchElementException e) {
            throw lost("what answers is no daemon: " + e.getMessage());
        }
    }

    private void write(JsonObject document) throws IOException {
        var bytes = ByteBuffer.wrap((document + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            // Refused before it read anything: then the reason lies in the buffer.
            throw refusal(e);
        }
    }

    private IOException refusal(IOException broken) {
        try {
            JsonValue error = read().get("error").orElse(null);
            if (error instanceof JsonObject object) {
                throw Envelope.failure(object);
            }
        } catch (IOException nothing) {
            broken.addSuppressed(nothing);
        }
        return broken;
    }

    private JsonObject read() throws IOException {
        String line = lines.next();
        if (line == null) {
            throw lost("it closed the connection");
        }
        return json.parse(line).asObject();
    }

    private Failure lost(String cause) {
        return new Failure(Codes.CONNECTION, "the daemon at " + socket + " did not answer: " + cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw lost(String.valueOf(e.getMessage()));
        }
    }
}
