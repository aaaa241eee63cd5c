package dev.agentos.cli.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    @Property
    void next_returnsEachLine(@ForAll List<@NotBlank String> texts) throws IOException {
        List<String> lines = texts.stream()
                .map(text ->
                        new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replace("\n", ""))
                .toList();
        var reader = reader(String.join("\n", lines) + "\n", 1_000_000);

        var read = new ArrayList<String>();
        for (int i = 0; i < lines.size(); i++) {
            read.add(reader.next());
        }

        assertThat(read).isEqualTo(lines);
    }

    @Test
    void next_dropsHalfALine_atTheEnd() throws IOException {
        var reader = reader("whole\nhal", 100);

        assertThat(reader.next()).isEqualTo("whole");
        assertThat(reader.next()).isNull();
        assertThat(reader.next()).isNull();
    }

    @Test
    void next_takesALineOfExactlyTheBound_andRefusesOneByteMore() throws IOException {
        assertThat(reader("12345\n", 5).next()).isEqualTo("12345");
        assertThatThrownBy(() -> reader("123456\n", 5).next()).isInstanceOf(LineReader.LineTooLongException.class);
    }

    @Test
    void next_readsNoMoreThanTheBound_ofALineWithoutEnd() {
        var endless = new Endless();

        assertThatThrownBy(() -> new LineReader(endless, 100_000).next())
                .isInstanceOf(LineReader.LineTooLongException.class);

        assertThat(endless.read).isLessThan(120_000);
    }

    @Test
    void next_goesOn_afterALineThatIsNoUtf8() throws IOException {
        var reader = new LineReader(
                Channels.newChannel(new ByteArrayInputStream(new byte[] {(byte) 0xC3, '\n', 'o', 'k', '\n'})), 100);

        assertThatThrownBy(reader::next).isInstanceOf(CharacterCodingException.class);

        assertThat(reader.next()).isEqualTo("ok");
    }

    private static LineReader reader(String text, int maxBytes) {
        var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return new LineReader(Channels.newChannel(bytes), maxBytes);
    }

    /** Never ends and never sends a line feed. */
    private static final class Endless implements ReadableByteChannel {
        private long read;

        @Override
        public int read(ByteBuffer target) {
            int count = target.remaining();
            while (target.hasRemaining()) {
                target.put((byte) 'x');
            }
            read += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
