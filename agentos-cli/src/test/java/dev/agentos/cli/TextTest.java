package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read and write: tables, lines, durations. */
class TextTest {
    @Test
    void table_alignsColumns() {
        var table = new Table("A", "LONGER", "C");
        table.add("wide cell", "x", "1");
        table.add("ä", "", "");

        assertThat(table.toString()).isEqualTo("""
                A          LONGER  C
                wide cell  x       1
                ä
                """);
    }

    @Test
    void table_refusesARowOfAnotherLength() {
        var table = new Table("A", "B");

        assertThatThrownBy(() -> table.add("1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void table_keepsOneLineForEachRow_whateverTheCells() {
        var table = new Table("A", "B");
        table.add("two\nlines", "\u001b[31mred\u202e");

        assertThat(table.toString()).isEqualTo("A            B\ntwo | lines  \uFFFD[31mred\uFFFD\n");
    }

    @Property
    void plainText_hasNoControlCharacters(@ForAll String text) {
        String plain = PlainText.of(text);

        assertThat(plain.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT))
                .isTrue();
    }

    @Property
    void cut_isNeverLonger(@ForAll String text, @ForAll @IntRange(min = 1, max = 40) int most) {
        String cut = PlainText.cut(text, most);

        assertThat(cut.codePointCount(0, cut.length())).isLessThanOrEqualTo(most);
    }

    @ParameterizedTest
    @CsvSource({"250ms,PT0.25S", "90s,PT90S", "5m,PT5M", "2h,PT2H", "1d,PT24H", "PT1M30S,PT1M30S", "0s,PT0S"})
    void duration_isRead(String text, Duration expected) {
        assertThat(Times.duration(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "1.5s", "-5s", "PT-5S", "5 s", "9999999999s", "soon"})
    void duration_isRefused_whenItIsNone(String text) {
        assertThatThrownBy(() -> Times.duration(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is no duration");
    }

    @ParameterizedTest
    @CsvSource({
        "DENIED,4",
        "NO_DAEMON,3",
        "USAGE,2",
        "PARAMS_INVALID,2",
        "CAPABILITY_INVALID,2",
        "AGENT_UNKNOWN,1",
        "HALTED,1",
        "INTERNAL,1"
    })
    void exitCode_followsTheCode(String code, int exit) {
        assertThat(ExitCode.of(code)).isEqualTo(exit);
    }
}
