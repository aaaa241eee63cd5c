package dev.agentos.isolated.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
    private static final int MOST = 1_000;

    private final JsonProvider json = Providers.json();

    private JsonObject read(byte[] bytes) throws IOException {
        return Frames.read(new ByteArrayInputStream(bytes), MOST, json);
    }

    private static byte[] framed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    @Test
    void frames_areReadAsTheyWereWritten_oneAfterTheOther() throws IOException {
        JsonObject first =
                JsonObject.builder().put("call", "grüße \u0000 \uD83D\uDE00").build();
        JsonObject second = JsonObject.EMPTY;
        byte[] both = ByteBuffer.allocate(Frames.bytes(first).length + Frames.bytes(second).length)
                .put(Frames.bytes(first))
                .put(Frames.bytes(second))
                .array();
        var in = new ByteArrayInputStream(both);

        assertThat(Frames.read(in, MOST, json)).isEqualTo(first);
        assertThat(Frames.read(in, MOST, json)).isEqualTo(second);
        assertThat(Frames.read(in, MOST, json)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "12", "{}x", "{\"a\":1,\"a\":2}", "nonsense", "{"})
    void whatIsNoObject_isNoFrame(String text) {
        assertThatThrownBy(() -> read(framed(text))).isInstanceOf(StreamCorruptedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, MOST + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void lengths_areBounded_beforeAnythingIsRead(int length) {
        byte[] head = ByteBuffer.allocate(4).putInt(length).array();

        assertThatThrownBy(() -> read(head))
                .isInstanceOf(StreamCorruptedException.class)
                .hasMessageContaining("2 to 1000 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5})
    void halfAFrame_isAnEndOfTheStream(int kept) {
        byte[] half = java.util.Arrays.copyOf(framed("{}"), kept);

        assertThatThrownBy(() -> read(half)).isInstanceOf(EOFException.class);
    }
}
