package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents may write, and what of it a terminal gets to see. */
class HostileTextTest {
    private static final String RED = "\u001b[31m";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[2J\u001b[H", // clears the screen
                "\u001b]0;title\u0007", // sets the title of the window
                "\u009b31m", // the same in one character
                "ab\b\b\b", // writes over what was written
                "a\rb", // goes back to the beginning of the line
                "\u202egnp.exe", // reverses what follows
                "\u2066isolated\u2069",
                "zero\u200bwidth\ufeff",
                "line\u2028and\u2029paragraph",
                "\u0000nul\u007f"
            })
    void plainText_keepsNothingThatMovesOrHides(String text) {
        String plain = PlainText.of(text);

        assertThat(plain.codePoints())
                .allMatch(c -> !Character.isISOControl(c)
                        && Character.getType(c) != Character.FORMAT
                        && Character.getType(c) != Character.LINE_SEPARATOR
                        && Character.getType(c) != Character.PARAGRAPH_SEPARATOR);
        assertThat(plain).contains("\uFFFD");
    }

    @ParameterizedTest
    @CsvSource({"Ünïcödé", "日本語", "😀👍", "a b", "tab-free", "€100 → £80"})
    void plainText_leavesLettersOfAllLanguagesAlone(String text) {
        assertThat(PlainText.of(text)).isEqualTo(text);
    }

    @Test
    void plainText_keepsOneLine_howeverLinesEnd() {
        assertThat(PlainText.of("a\nb\r\nc\n\n")).isEqualTo("a | b | c");
    }

    @Test
    void cut_doesNotCutACharacterInHalf() {
        String cut = PlainText.cut("😀😀😀😀", 3);

        assertThat(cut).isEqualTo("😀😀…");
    }

    @ParameterizedTest
    @CsvSource({"abc, 3", "ä, 1", "a\u0308, 1", "日本, 4", "ｱｲ, 2", "カナ, 4", "한국, 4", "😀, 2", "'', 0", "–→€, 3"})
    void columns_areWhatATerminalTakes(String text, int expected) {
        assertThat(PlainText.columns(text)).isEqualTo(expected);
    }

    @Test
    void table_alignsWideCharacters() {
        var table = new Table("NAME", "X");
        table.add("日本", "1");
        table.add("abcd", "2");
        table.add("e\u0301", "3");

        assertThat(table.toString()).isEqualTo("NAME  X\n日本  1\nabcd  2\ne\u0301     3\n");
    }

    @Property
    void table_hasALineForEachRow_andColumnsThatBeginWhereTheHeadingsDo(
            @ForAll @Size(min = 1, max = 6) List<@Size(max = 12) String> cells) {
        var table = new Table("HEADING", "NEXT");
        cells.forEach(cell -> table.add(cell, "next"));

        List<String> lines = table.toString().lines().toList();

        assertThat(lines).hasSize(cells.size() + 1);
        int column =
                PlainText.columns(lines.getFirst().substring(0, lines.getFirst().indexOf("NEXT")));
        assertThat(lines.subList(1, lines.size()))
                .allMatch(line -> PlainText.columns(line.substring(0, line.lastIndexOf("next"))) == column);
    }

    @Test
    void table_hasNoBlanksAtTheEndOfALine_whenTheLastCellIsEmpty() {
        var table = new Table("A", "REASON");
        table.add("x", "");

        assertThat(table.toString()).isEqualTo("A  REASON\nx\n");
    }

    private static JsonObject agent(String state, String hostile, String exit) {
        return Invocation.parse("""
                {"id":"a#1","state":"%s","reason":"%s","requested":"NONE","since":"2026-01-01T12:00:00Z",
                "owner":"operator:0","pending":3,"restarts":2,"durable":true,"spawned":"2026-01-01T12:00:00Z",
                "labels":{"team":"%s"},"grants":["file:/x read","tool:y call"],
                "limits":{"max":{"TURNS":5,"DEPTH":16},"toolCallRate":null,"onExceed":"FAIL"},"used":{"TURNS":1},
                "children":["a/b#2","a/c#3"],"exit":%s,"carriersLost":0,"revived":true}""".formatted(state, hostile, hostile, exit));
    }

    @Test
    void status_isOneLineForEachFact_whateverTheReasonAndTheLabelsHold() {
        String text = AgentStatus.text(agent("PAUSED", "\\u001b[31mred\\nid  forged", "null"));

        assertThat(text).doesNotContain(RED);
        assertThat(text.lines().map(line -> line.split(" ")[0]))
                .containsExactly(
                        "id",
                        "state",
                        "reason",
                        "since",
                        "spawned",
                        "owner",
                        "mail",
                        "restarts",
                        "durable",
                        "labels",
                        "grant",
                        "grant",
                        "limits",
                        "used",
                        "children");
        assertThat(text)
                .contains("reason     \uFFFD[31mred | id  forged\n")
                .contains("grant      file:/x read\ngrant      tool:y call\n")
                .contains("limits     TURNS 5, DEPTH 16\nused       TURNS 1\nchildren   a/b#2, a/c#3\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"state\":\"COMPLETED\",\"result\":null}|completed",
                "{\"state\":\"COMPLETED\",\"result\":\"\\u001b[1m\"}|completed with \"\\u001b[1m\"",
                "{\"state\":\"COMPLETED\",\"result\":{\"a\":[1]}}|completed with {\"a\":[1]}",
                "{\"state\":\"FAILED\",\"error\":{\"code\":\"X\",\"message\":\"a\\nb\"},\"failures\":1,\"result\":null}|failed: a . b",
                "{\"state\":\"TERMINATED\",\"reason\":\"r\",\"stopped\":1,\"abandoned\":[]}|was terminated: r",
                "{\"state\":\"TERMINATED\",\"reason\":\"r\",\"stopped\":0,\"abandoned\":[\"t1\",\"t2\"]}"
                        + "|was terminated: r; given up, since it did not stop: t1, t2"
            })
    void exit_isOneCleanLine(String exit, String expected) {
        String text = AgentStatus.text(agent("COMPLETED", "", exit));

        String last = text.lines().reduce("", (before, line) -> line);
        assertThat(last.replace(" | ", " . ")).isEqualTo("exit       " + expected);
        assertThat(last.codePoints()).noneMatch(Character::isISOControl);
    }

    @Test
    void status_saysWhatIsLost_onlyIfSomethingIs() {
        JsonObject none = agent("TERMINATED", "", "null");
        JsonObject lost = Invocation.parse(none.toString().replace("\"carriersLost\":0", "\"carriersLost\":2"));

        assertThat(AgentStatus.text(none)).doesNotContain("lost");
        assertThat(AgentStatus.text(lost))
                .endsWith("lost       2 cores to threads that were given up and compute on\n");
    }

    @Test
    void state_saysWhatWasAsked_untilItHasHappened() {
        JsonObject asked = Invocation.parse("{\"state\":\"RUNNING\",\"requested\":\"PAUSE\"}");

        assertThat(AgentStatus.state(asked)).isEqualTo("RUNNING (PAUSE asked)");
    }
}
