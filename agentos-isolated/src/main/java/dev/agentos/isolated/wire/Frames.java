package dev.agentos.isolated.wire;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Frames: four bytes of length, the highest first, and as many of a JSON object in UTF-8. The process speaks, the host answers each
 * frame with one, and nobody speaks out of turn; so a process that asks for much waits, and none has anything to do with numbers of
 * requests.
 */
public final class Frames {
    /** The longest frame that a process may send: what an agent says at once. */
    public static final int MOST_FROM_CHILD = 1 << 20;

    /** The longest frame that the host sends: a message of another agent, or what a tool returned. */
    public static final int MOST_FROM_HOST = 16 << 20;

    private static final int HEAD = 4;

    private Frames() {}

    /** {@return the bytes of a frame} */
    public static byte[] bytes(JsonObject frame) {
        byte[] text = frame.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEAD + text.length)
                .putInt(text.length)
                .put(text)
                .array();
    }

    /** Writes a frame. */
    public static void write(OutputStream to, JsonObject frame) throws IOException {
        to.write(bytes(frame));
        to.flush();
    }

    /**
     * Reads a frame.
     *
     * @param most the longest that is read
     * @return null at the end
     * @throws StreamCorruptedException if this is no frame, or too long a one
     * @throws EOFException if it ends within one
     */
    public static @Nullable JsonObject read(InputStream from, int most, JsonProvider json) throws IOException {
        byte[] head = from.readNBytes(HEAD);
        if (head.length == 0) {
            return null;
        }
        if (head.length < HEAD) {
            throw new EOFException("it ends within the length of a frame");
        }
        int length = ByteBuffer.wrap(head).getInt();
        if (length < 2 || length > most) {
            throw new StreamCorruptedException(
                    "a frame has 2 to " + most + " bytes, not " + Integer.toUnsignedString(length));
        }
        byte[] text = from.readNBytes(length);
        if (text.length < length) {
            throw new EOFException("it ends within a frame of " + length + " bytes");
        }
        return object(text, json);
    }

    private static JsonObject object(byte[] text, JsonProvider json) throws StreamCorruptedException {
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
            JsonValue value = json.parse(decoded);
            if (value instanceof JsonObject object) {
                return object;
            }
            throw new StreamCorruptedException("a frame is an object, not JSON's " + value.kind());
        } catch (CharacterCodingException e) {
            throw new StreamCorruptedException("a frame is text in UTF-8, which this is not");
        } catch (JsonException e) {
            throw new StreamCorruptedException("a frame is JSON: " + e.getMessage());
        }
    }
}
