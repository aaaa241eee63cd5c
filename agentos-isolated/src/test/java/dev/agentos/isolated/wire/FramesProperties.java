package dev.agentos.isolated.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Frames are read as they were written, in whatever pieces they come; and whatever else comes is an error of its kind. */
class FramesProperties {
    private static final int MOST = 100_000;

    private final JsonProvider json = Providers.json();

    @Provide
    Arbitrary<JsonObject> frames() {
        Arbitrary<JsonValue> values = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(30).map(JsonValue::of),
                Arbitraries.longs().map(JsonValue::of),
                Arbitraries.strings().ofMaxLength(5).list().ofMaxSize(4).map(JsonValue::of),
                Arbitraries.of(true, false).map(JsonValue::of));
        return Combinators.combine(
                        Arbitraries.strings()
                                .ofMaxLength(10)
                                .list()
                                .ofMaxSize(5)
                                .uniqueElements(),
                        values.list().ofSize(5))
                .as((names, each) -> {
                    Map<String, JsonValue> members = new LinkedHashMap<>();
                    for (int i = 0; i < names.size(); i++) {
                        members.put(names.get(i), each.get(i));
                    }
                    return new JsonObject(members);
                });
    }

    /** Gives a few bytes at a time, as a pipe may. */
    private static final class Trickle extends ByteArrayInputStream {
        private final int most;

        Trickle(byte[] bytes, int most) {
            super(bytes);
            this.most = most;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            return super.read(into, from, Math.min(length, most));
        }
    }

    private List<JsonObject> all(InputStream in) throws IOException {
        var all = new ArrayList<JsonObject>();
        for (JsonObject each = Frames.read(in, MOST, json); each != null; each = Frames.read(in, MOST, json)) {
            all.add(each);
        }
        return all;
    }

    @Property(tries = 200)
    void frames_areReadAsTheyWereWritten_inWhateverPieces(
            @ForAll @Size(max = 5) List<@net.jqwik.api.From("frames") JsonObject> frames,
            @ForAll @IntRange(min = 1, max = 9) int piece)
            throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (JsonObject frame : frames) {
            Frames.write(bytes, frame);
        }

        assertThat(all(new Trickle(bytes.toByteArray(), piece))).isEqualTo(frames);
    }

    @Property(tries = 200)
    void cutAnywhere_isTheEndOrAnError_neverAFrame(
            @ForAll("frames") JsonObject frame, @ForAll @IntRange(min = 1, max = 10_000) int cut) throws IOException {
        byte[] whole = Frames.bytes(frame);
        byte[] part = Arrays.copyOf(whole, cut % whole.length);

        if (part.length == 0) {
            assertThat(Frames.read(new ByteArrayInputStream(part), MOST, json)).isNull();
        } else {
            assertThatThrownBy(() -> Frames.read(new ByteArrayInputStream(part), MOST, json))
                    .isInstanceOf(EOFException.class);
        }
    }

    @Property(tries = 500)
    void anyBytes_areAFrame_orOneOfTwoErrors(@ForAll @Size(max = 200) byte[] bytes) {
        byte[] framed = ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();

        for (byte[] each : List.of(bytes, framed)) {
            Throwable thrown = catchThrowable(() -> all(new ByteArrayInputStream(each)));

            if (thrown != null) {
                assertThat(thrown).isInstanceOfAny(StreamCorruptedException.class, EOFException.class);
            }
        }
    }

    @Property(tries = 200)
    void damagedFrames_areReadOrRefused_andNothingElse(
            @ForAll("frames") JsonObject frame, @ForAll @IntRange(min = 4, max = 10_000) int at, @ForAll byte other) {
        byte[] bytes = Frames.bytes(frame);
        bytes[4 + at % (bytes.length - 4)] = other;

        Throwable thrown = catchThrowable(() -> Frames.read(new ByteArrayInputStream(bytes), MOST, json));

        if (thrown != null) {
            assertThat(thrown).isInstanceOf(StreamCorruptedException.class);
        }
    }
}
