package dev.agentos.cli.rpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads lines of bounded length. What follows the last line feed is no line and is dropped. Not thread-safe. */
final class LineReader {
    private static final int BUFFER = 8 * 1024;

    private final ReadableByteChannel in;
    private final int maxBytes;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).flip();

    LineReader(ReadableByteChannel in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /**
     * Returns the next line, decoded strictly.
     *
     * @return null at the end
     * @throws LineTooLongException before more than the bound is held in memory
     * @throws java.nio.charset.CharacterCodingException if the line is not UTF-8; the next one can be read
     */
    @Nullable
    String next() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                if (b == '\n') {
                    return decode(line.toByteArray());
                }
                if (line.size() == maxBytes) {
                    throw new LineTooLongException(maxBytes);
                }
                line.write(b);
            }
            buffer.clear();
            int read = in.read(buffer);
            buffer.flip();
            if (read < 0) {
                return null;
            }
        }
    }

    private static String decode(byte[] bytes) throws IOException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    /** A line goes on beyond the bound: its end cannot be found without reading for ever. */
    static final class LineTooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        LineTooLongException(int maxBytes) {
            super("a line has more than " + maxBytes + " bytes");
        }
    }
}
