package dev.agentos.tools.egress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** What a client says, looked at before it goes on, in a buffer that does not grow. Used by one thread. */
final class ClientInput {
    /** What the head of a request may have, and the greeting of a client. */
    static final int MOST = 16 * 1024;

    private static final byte CR = '\r';
    private static final byte LF = '\n';

    private final ReadableByteChannel channel;
    /** Ready to be read from. */
    private final ByteBuffer buffer = ByteBuffer.allocate(MOST).flip();

    ClientInput(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** Waits for more; false at the end, and if there is no room. */
    boolean fill() throws IOException {
        buffer.compact();
        try {
            return buffer.hasRemaining() && channel.read(buffer) > 0;
        } finally {
            buffer.flip();
        }
    }

    /** {@return what is there and not taken, as it is now} */
    ByteBuffer view() {
        return buffer.slice();
    }

    /**
     * Takes the head of a request, up to the empty line, which is included.
     *
     * @throws RefusedException if it is too long, or a line does not end as lines do
     */
    byte[] takeHead() throws IOException, RefusedException {
        int at = 0;
        int lineStart = 0;
        while (true) {
            for (; at < buffer.remaining(); at++) {
                if (peek(at) != LF) {
                    continue;
                }
                // Who takes a bare line feed for an end sees other headers than who does not.
                if (at == 0 || peek(at - 1) != CR) {
                    throw RefusedException.malformed("a line of the request does not end in CR LF");
                }
                if (at - 1 == lineStart) {
                    byte[] head = new byte[at + 1];
                    buffer.get(head);
                    return head;
                }
                lineStart = at + 1;
            }
            if (at == buffer.capacity()) {
                throw new RefusedException(
                        RefusedException.Kind.TOO_LARGE, "the head of the request has more than " + at + " bytes");
            }
            if (!fill()) {
                throw new ClosedByClientException();
            }
        }
    }

    private byte peek(int at) {
        return buffer.get(buffer.position() + at);
    }

    /**
     * Takes what is there, waiting for at least one byte.
     *
     * @param most not more than so many bytes
     * @return what was taken; empty at the end
     */
    ByteBuffer take(long most) throws IOException {
        if (!buffer.hasRemaining() && !fill()) {
            return ByteBuffer.allocate(0);
        }
        byte[] taken = new byte[(int) Math.min(most, buffer.remaining())];
        buffer.get(taken);
        return ByteBuffer.wrap(taken);
    }

    /**
     * Takes one byte.
     *
     * @throws ClosedByClientException if there is none
     */
    int takeByte() throws IOException {
        if (!buffer.hasRemaining() && !fill()) {
            throw new ClosedByClientException();
        }
        return Byte.toUnsignedInt(buffer.get());
    }

    /** Thrown when a client ends where something was to follow: nothing to report. */
    static final class ClosedByClientException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedByClientException() {
            super("the client has gone");
        }
    }
}
