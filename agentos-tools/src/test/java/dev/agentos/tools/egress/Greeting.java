package dev.agentos.tools.egress;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** Makes TLS greetings, proper ones and others. */
final class Greeting {
    static final int ENCRYPTED_HELLO = 0xFE0D;

    private Greeting() {}

    /** {@return what the JDK says to a host; without a name if that is empty} */
    static byte[] ofJdk(String name) {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            var parameters = engine.getSSLParameters();
            if (!name.isEmpty()) {
                parameters.setServerNames(List.of(new SNIHostName(name)));
            }
            engine.setSSLParameters(parameters);
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            byte[] bytes = new byte[out.flip().remaining()];
            out.get(bytes);
            return bytes;
        } catch (GeneralSecurityException | SSLException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return an extension} */
    static byte[] extension(int type, byte[] content) {
        return ByteBuffer.allocate(4 + content.length)
                .putShort((short) type)
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    /** {@return the extension that names a host} */
    static byte[] name(String name) {
        return extension(0, list(entry(0, name)));
    }

    static byte[] entry(int type, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(3 + bytes.length)
                .put((byte) type)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    static byte[] list(byte[]... entries) {
        byte[] all = join(entries);
        return ByteBuffer.allocate(2 + all.length)
                .putShort((short) all.length)
                .put(all)
                .array();
    }

    /** {@return the message, without records} */
    static byte[] message(byte[]... extensions) {
        byte[] all = join(extensions);
        int body = 2 + 32 + 1 + 2 + 2 + 2 + 2 + all.length;
        return ByteBuffer.allocate(4 + body)
                .putInt(0x0100_0000 | body)
                .putShort((short) 0x0303)
                .put(new byte[32])
                .put((byte) 0)
                .putShort((short) 2)
                .putShort((short) 0x1301)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) all.length)
                .put(all)
                .array();
    }

    /** {@return a message in records of at most so many bytes} */
    static byte[] records(byte[] message, int most) {
        var out = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; at += most) {
            int length = Math.min(most, message.length - at);
            out.writeBytes(record(22, java.util.Arrays.copyOfRange(message, at, at + length)));
        }
        return out.toByteArray();
    }

    static byte[] record(int type, byte[] content) {
        return ByteBuffer.allocate(5 + content.length)
                .put((byte) type)
                .putShort((short) 0x0301)
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    /** {@return a greeting in one record, with these extensions} */
    static byte[] of(byte[]... extensions) {
        return records(message(extensions), 1 << 14);
    }

    static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
