package dev.agentos.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OutputCaptureProperties {
    @Property
    void captured_agreesWithKeepingEverything(
            @ForAll @IntRange(min = 1, max = 40) int limit,
            @ForAll @Size(max = 30) List<@Size(max = 50) String> parts) {
        var capture = new OutputCapture(limit);
        var all = new ByteArrayOutputStream();
        for (String part : parts) {
            byte[] bytes = ascii(part);
            capture.add(bytes, bytes.length);
            all.writeBytes(bytes);
        }

        var captured = capture.captured();

        String text = all.toString(StandardCharsets.US_ASCII);
        assertThat(captured.total()).isEqualTo(text.length());
        if (text.length() <= limit) {
            assertThat(captured.text()).isEqualTo(text);
        } else {
            assertThat(captured.text())
                    .startsWith(text.substring(0, limit - limit / 2))
                    .endsWith("]\n" + text.substring(text.length() - limit / 2))
                    .contains("[… " + (text.length() - limit) + " bytes left out …]");
        }
    }

    private static byte[] ascii(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('0' + text.charAt(i) % 64);
        }
        return bytes;
    }
}
