package dev.agentos.cli.daemon;

import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.RpcCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Tells a caller what is written, whole lines at a time: however much it is, neither side holds more than a piece of it. Not
 * thread-safe.
 */
final class TellingStream extends OutputStream {
    private static final int PIECE = 256 * 1024;

    private final RpcCall call;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();

    TellingStream(RpcCall call) {
        this.call = call;
    }

    @Override
    public void write(int b) throws IOException {
        piece.write(b);
        if (b == '\n' && piece.size() >= PIECE) {
            flush();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    /** Told only at the end of a line, where no character is cut. */
    @Override
    public void flush() throws IOException {
        byte[] all = piece.toByteArray();
        if (all.length > 0 && all[all.length - 1] == '\n') {
            piece.reset();
            call.tell(
                    "memory.exported",
                    JsonObject.builder()
                            .put("text", new String(all, StandardCharsets.UTF_8))
                            .build());
        }
    }
}
