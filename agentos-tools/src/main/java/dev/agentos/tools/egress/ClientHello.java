package dev.agentos.tools.egress;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * RFC 8446, 4.1.2 and 5.1; RFC 6066, 3. The greeting may be cut into records at any byte. Whatever leaves a doubt about where
 * something ends is refused: a server might see another end.
 *
 * With Encrypted Client Hello the name is that of the outer greeting, in which only the owner of a key reads another one. It
 * is judged as any: inside TLS a client can name another host of the same server anyway.
 */
/**
 * The first thing that a TLS client says, as far as it is in the clear.
 *
 * @param serverName the host that it names, as it spells it; null if it names none
 */
record ClientHello(@Nullable String serverName) {
    /** What is read of it at most, its records' headers included. */
    static final int MOST = ClientInput.MOST;

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;
    private static final int RANDOM = 32;
    private static final int MAX_SESSION = 32;
    private static final int MAX_NAME = 253;
    private static final int SERVER_NAME = 0;

    /**
     * Returns the greeting at the beginning of some bytes; null if it is not complete yet.
     *
     * @throws RefusedException if it is none, is longer than is read, or could be read in two ways
     */
    static @Nullable ClientHello in(ByteBuffer bytes) throws RefusedException {
        ByteBuffer all = bytes.slice();
        ByteBuffer message = ByteBuffer.allocate(MOST);
        int wanted = MESSAGE_HEADER;
        while (message.position() < wanted) {
            ByteBuffer fragment = fragment(all);
            if (fragment == null) {
                if (all.limit() >= MOST) {
                    throw RefusedException.denied("a TLS greeting of more than " + MOST + " bytes");
                }
                return null;
            }
            message.put(fragment);
            if (message.position() >= MESSAGE_HEADER) {
                wanted = MESSAGE_HEADER + length(message);
            }
        }
        if (message.position() > wanted) {
            throw RefusedException.denied("a TLS greeting with more behind it");
        }
        try {
            return of(message.flip().position(MESSAGE_HEADER));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new RefusedException(RefusedException.Kind.DENIED, "a malformed TLS greeting", e);
        }
    }

    /** {@return what the next record carries; null if it is not all there} */
    private static @Nullable ByteBuffer fragment(ByteBuffer all) throws RefusedException {
        int at = all.position();
        if (all.hasRemaining() && all.get(at) != HANDSHAKE) {
            throw RefusedException.denied("it does not speak TLS, which the right is for");
        }
        if (all.remaining() > 1 && all.get(at + 1) != 3) {
            throw RefusedException.denied("a TLS record of an unknown version");
        }
        if (all.remaining() < RECORD_HEADER) {
            return null;
        }
        int length = Short.toUnsignedInt(all.getShort(at + 3));
        // Records may be empty elsewhere; here they would only make it long.
        if (length == 0 || at + RECORD_HEADER + length > MOST) {
            throw RefusedException.denied("a TLS greeting of more than " + MOST + " bytes, or with an empty record");
        }
        if (all.remaining() < RECORD_HEADER + length) {
            return null;
        }
        ByteBuffer fragment = all.slice(at + RECORD_HEADER, length);
        all.position(at + RECORD_HEADER + length);
        return fragment;
    }

    private static int length(ByteBuffer message) throws RefusedException {
        int header = message.getInt(0);
        if (header >>> 24 != CLIENT_HELLO) {
            throw RefusedException.denied("TLS that does not begin with a greeting");
        }
        int length = header & 0xFF_FFFF;
        if (length > MOST - MESSAGE_HEADER) {
            throw RefusedException.denied("a TLS greeting of more than " + MOST + " bytes");
        }
        return length;
    }

    private static ClientHello of(ByteBuffer body) throws RefusedException {
        body.getShort(); // the version that servers of TLS 1.2 look at
        skip(body, RANDOM);
        int session = Byte.toUnsignedInt(body.get());
        skip(body, session <= MAX_SESSION ? session : Integer.MAX_VALUE);
        skip(body, Short.toUnsignedInt(body.getShort())); // ciphers
        skip(body, Byte.toUnsignedInt(body.get())); // compression
        if (!body.hasRemaining()) {
            return new ClientHello(null);
        }
        ByteBuffer extensions = cut(body, Short.toUnsignedInt(body.getShort()));
        if (body.hasRemaining()) {
            throw RefusedException.denied("a TLS greeting with more behind its extensions");
        }
        Set<Integer> seen = new HashSet<>();
        String name = null;
        while (extensions.hasRemaining()) {
            int type = Short.toUnsignedInt(extensions.getShort());
            ByteBuffer content = cut(extensions, Short.toUnsignedInt(extensions.getShort()));
            if (!seen.add(type)) {
                throw RefusedException.denied("a TLS greeting that says something twice");
            }
            if (type == SERVER_NAME) {
                name = name(content);
            }
        }
        return new ClientHello(name);
    }

    private static String name(ByteBuffer content) throws RefusedException {
        ByteBuffer list = cut(content, Short.toUnsignedInt(content.getShort()));
        int type = list.get();
        ByteBuffer name = cut(list, Short.toUnsignedInt(list.getShort()));
        if (content.hasRemaining() || list.hasRemaining() || type != 0 || !name.hasRemaining()) {
            throw RefusedException.denied("a TLS greeting that does not name one host");
        }
        if (name.remaining() > MAX_NAME) {
            throw RefusedException.denied("a TLS greeting with a host of more than " + MAX_NAME + " characters");
        }
        return StandardCharsets.ISO_8859_1.decode(name).toString();
    }

    private static void skip(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        from.position(from.position() + length);
    }

    private static ByteBuffer cut(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
    }
}
