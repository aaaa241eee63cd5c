package dev.agentos.examples.trading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.event.Event;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void progress_isALineForEachQuarter_whereThereIsNoTerminal() {
        var progress = new Progress(1_000, out, false);

        LongStream.rangeClosed(1, 1_000).forEach(sequence -> progress.accept(event(mark(sequence))));

        assertThat(text().lines()).hasSize(4);
        assertThat(text().lines().findFirst())
                .contains("replaying  25 %  25 Nov 00:04  price    800.50  equity  25,000.00");
        assertThat(text()).doesNotContain("\033", "\r");
    }

    @Test
    void progress_isOneLineThatGrows_onATerminal() {
        var progress = new Progress(1_000, out, true);

        LongStream.rangeClosed(1, 1_000).forEach(sequence -> progress.accept(event(mark(sequence))));

        assertThat(text().split("\r", -1)).hasSize(1 + 100);
        assertThat(text().lines().filter(line -> !line.isEmpty()).count()).isLessThanOrEqualTo(101);
        assertThat(text()).endsWith(System.lineSeparator()).contains("█".repeat(32) + " 100 %");
    }

    @Test
    void bar_isDrawnInAscii_whereNothingElseCanBePrinted() {
        var progress = new Progress(2, new PrintStream(bytes, true, StandardCharsets.US_ASCII), true);

        progress.accept(event(mark(1)));

        assertThat(text()).contains("################................  50 %").doesNotContain("?");
    }

    @Test
    void alarm_hasALineOfItsOwn() {
        var progress = new Progress(1_000, out, false);

        progress.accept(event(new Report.Alarm(mark(500))));

        assertThat(text().strip()).isEqualTo("alarm: on 25 Nov 00:08 equity was 1,000.00 below its peak (3.8 %)");
    }

    private static Mark mark(long sequence) {
        return new Mark(
                sequence,
                Instant.parse("2013-11-25T00:00:00Z").plusSeconds(sequence),
                new BigDecimal("800.50"),
                new BigDecimal("25000.00"),
                new BigDecimal("26000.00"));
    }

    private static Event event(Record data) {
        return new Event(1, Instant.EPOCH, null, data.getClass().getName(), data);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
