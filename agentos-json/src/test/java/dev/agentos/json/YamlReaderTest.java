package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final JacksonJsonProvider json = new JacksonJsonProvider();

    @Test
    void parseYaml_readsBlocksAndFlows() {
        JsonValue value = json.parseYaml("""
                %YAML 1.2
                ---
                # a comment
                name: momentum
                list:
                  - 1
                  - two words
                  - {a: b, "c": [d]}
                text: |
                  one
                  two
                folded: >-
                  one
                  two
                empty:
                ...
                """);

        assertThat(value)
                .isEqualTo(JsonObject.builder()
                        .put("name", "momentum")
                        .put("list", JsonArray.of(1, "two words", Map.of("a", "b", "c", JsonArray.of("d"))))
                        .put("text", "one\ntwo\n")
                        .put("folded", "one two")
                        .put("empty", null)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "Null", "NULL", "~", "[~]"})
    void parseYaml_readsNull(String text) {
        JsonValue value = json.parseYaml(text);

        assertThat(text.startsWith("[") ? value.at("0") : value).matches(JsonValue::isNull);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "True, true", "TRUE, true", "false, false", "False, false", "FALSE, false"})
    void parseYaml_readsBooleans(String text, boolean expected) {
        JsonValue value = json.parseYaml(text);

        assertThat(value.bool()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "12, 12", "-12, -12", "+12, 12", "007, 7", "0o17, 15", "0xFf, 255", "1.5, 1.5", ".5, 0.5", "1., 1",
                "-1.5e3, -1500",
        "1E+2, 100", "685_230.15, ", "1_000, ", "0b11, ", "1:30, ", "0o8, ", "1e, ", "12e03, 12000", "--1, ", "1.2.3, "
    })
    void parseYaml_readsTheNumbersOfTheCoreSchema_andNoOthers(String text, BigDecimal expected) {
        JsonValue value = json.parseYaml("a: " + text).at("a");

        assertThat(value).isEqualTo(JsonValue.of(expected == null ? text : expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"yes", "no", "on", "off", "y", "tRUE", "nULL", "2026-01-01", "<<", "=", "a#b", "5m", "100/1m"})
    void parseYaml_readsAsText_whatOnlyYaml11ReadsOtherwise(String text) {
        JsonValue value = json.parseYaml("a: " + text).at("a");

        assertThat(value.text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'12'", "\"true\"", "'~'", "|-\n  1.5"})
    void parseYaml_readsAsText_whatIsQuoted(String text) {
        JsonValue value = json.parseYaml("a: " + text).at("a");

        assertThat(value.kind()).isEqualTo("string");
    }

    @ParameterizedTest
    @CsvSource({
        "'a: &x 1\nb: *x', 1, anchors",
        "'a: 1\nb: &x [1]', 2, anchors",
        "'&x a: 1', 1, anchors",
        "'a: *x', 1, aliases",
        "'*x : 1', 1, key",
        "'a: !!str 1', 1, tags",
        "'a:\n  - !foo {}', 2, tags",
        "'a: ! 1', 1, tags",
        "'!!map {}', 1, tags",
        "'!!str a: 1', 1, tags",
        "'a: 1\n\na: 2', 3, member \"a\" is there twice",
        "'a: 1\n''a'': 2', 2, twice",
        "'1: a', 1, a key has to be text: quote 1",
        "'true: a', 1, quote true",
        "'~: a', 1, quote ~",
        "'? [a]\n: b', 1, a key has to be text",
        "'a: .inf', 1, .inf has no JSON form",
        "'a:\n  - .NaN', 2, no JSON form",
        "'a: 1\n---\nb: 2', 2, second document",
        "'# nothing\n', 2, nothing but comments",
        "'a: 1\n\tb: 2', 2, ''",
        "'a: [1\nb: 2', 2, ''",
        "'a: ''open', 1, ''",
        "'%FOO\n', 2, ''",
        "'a: 1\nb: \u0007', 2, character U+0007 is not allowed",
    })
    void parseYaml_refuses_namingTheLine(String text, int line, String problem) {
        assertThatThrownBy(() -> json.parseYaml(text))
                .asInstanceOf(InstanceOfAssertFactories.type(JsonException.class))
                .satisfies(e -> assertThat(e.getMessage()).contains(problem))
                .satisfies(e -> assertThat(e.line()).as(e.getMessage()).isEqualTo(line));
    }

    @Test
    void parseYaml_refusesABillionLaughs_atTheFirst() {
        var laughs = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 30; i++) {
            String before = "*a" + (i - 1);
            laughs.append(
                    "a%d: &a%d [%s]%n".formatted(i, i, String.join(", ", java.util.Collections.nCopies(9, before))));
        }

        assertThatThrownBy(() -> json.parseYaml(laughs.toString())).hasMessage("line 1: anchors are not supported");
    }

    @Test
    void parseYaml_takes128Levels_andNotOneMore() {
        String deepest = "[".repeat(128) + "]".repeat(128);
        var blocks = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            blocks.append(" ".repeat(i)).append("a:\n");
        }

        assertThat(json.parseYaml(deepest).kind()).isEqualTo("array");
        assertThatThrownBy(() -> json.parseYaml("[" + deepest + "]")).hasMessageContaining("deeper than 128");
        assertThatThrownBy(() -> json.parseYaml(blocks.toString())).hasMessageContaining("deeper than 128");
        assertThatThrownBy(() -> json.parseYaml("- ".repeat(1_000))).hasMessageContaining("deeper than 128");
    }

    @Test
    void parseYaml_endsSoon_whenHostile() {
        assertTimeoutPreemptively(SOON, () -> {
            assertThatThrownBy(() -> json.parseYaml("[".repeat(10_000_000))).isInstanceOf(JsonException.class);
            assertThatThrownBy(() -> json.parseYaml("{a: ".repeat(1_000_000))).isInstanceOf(JsonException.class);
            assertThatThrownBy(() -> json.parseYaml("? ".repeat(1_000_000))).isInstanceOf(JsonException.class);
            assertThatThrownBy(() -> json.parseYaml("0x" + "f".repeat(1_000_000)))
                    .hasMessageContaining("1,000 digits");
            assertThatThrownBy(() -> json.parseYaml("9".repeat(1_000_000))).hasMessageContaining("1,000 digits");
        });
    }

    @Test
    void parseYaml_takesAByteOrderMark() {
        JsonValue value = json.parseYaml("\uFEFFa: 1");

        assertThat(value).isEqualTo(JsonObject.builder().put("a", 1).build());
    }

    @Test
    void parseYaml_readsJson_evenWhereItsOwnParserWouldNot() {
        String tabs = "{\n\t\"a\": \"\\ud83d\\ude00\",\n\t\"b\": [\n\t\t1\n\t]\n}";

        JsonValue value = json.parseYaml(tabs);

        assertThat(value).isEqualTo(json.parse(tabs));
    }

    @Test
    void parseYaml_refusesDuplicates_inJsonToo() {
        assertThatThrownBy(() -> json.parseYaml("{\"a\": 1, \"a\": 2}")).hasMessageContaining("twice");
    }

    @Test
    void parseYaml_keepsLongHexadecimalNumbersExactly() {
        String digits = "f".repeat(100);

        JsonValue value = json.parseYaml("0x" + digits);

        assertThat(value.number()).isEqualTo(new BigDecimal(new BigInteger(digits, 16)));
    }
}
