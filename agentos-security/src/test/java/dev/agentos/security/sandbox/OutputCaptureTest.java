package dev.agentos.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OutputCaptureTest {
    @Test
    void captured_isEverything_upToTheLimit() {
        assertThat(capture(10, "0123456789").captured().text()).isEqualTo("0123456789");
        assertThat(capture(10, "").captured().text()).isEmpty();
    }

    @Test
    void captured_isHeadMarkerAndTail_beyondTheLimit() {
        var captured = capture(10, "0123456789A").captured();

        assertThat(captured.text()).isEqualTo("01234\n[… 1 bytes left out …]\n6789A");
        assertThat(captured.total()).isEqualTo(11);
    }

    @Test
    void captured_addsNoLineBreak_whereOneIs() {
        assertThat(capture(6, "ab\n-----yz\n").captured().text()).isEqualTo("ab\n[… 5 bytes left out …]\nyz\n");
    }

    @Test
    void captured_cutsNoCharacterInTwo() {
        // "ü" has two bytes, so that both cuts go through one.
        var captured = capture(10, "abcdüüüüüwxyz").captured();

        assertThat(captured.text()).isEqualTo("abcd\n[… 10 bytes left out …]\nwxyz");
        assertThat(captured.text()).doesNotContain("\uFFFD");
    }

    @Test
    void captured_replacesWhatIsNoText() {
        var capture = new OutputCapture(100);
        capture.add(new byte[] {'a', (byte) 0xFF, (byte) 0xC3, 'b', 0, 27, '[', '3', '1', 'm'}, 10);

        assertThat(capture.captured().text()).isEqualTo("a\uFFFD\uFFFDb\0\u001B[31m");
    }

    @Test
    void captured_keepsSomething_whenTheLimitIsOneByte() {
        assertThat(capture(1, "ab").captured().text()).isEqualTo("a\n[… 1 bytes left out …]\n");
    }

    @Test
    void captured_survivesContinuationBytesOnly() {
        var capture = new OutputCapture(8);
        byte[] bytes = new byte[100];
        Arrays.fill(bytes, (byte) 0x80);
        capture.add(bytes, bytes.length);

        assertThat(capture.captured().text()).contains("bytes left out");
        assertThat(capture.total()).isEqualTo(100);
    }

    private static OutputCapture capture(int limit, String text) {
        var capture = new OutputCapture(limit);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        capture.add(bytes, bytes.length);
        return capture;
    }
}
