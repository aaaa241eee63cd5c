package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final JacksonJsonProvider json = new JacksonJsonProvider();

    @Test
    void parse_readsEveryKindOfValue() {
        JsonValue value = json.parse("""
                {"text": "a\\u00e9\\n", "number": -12.50, "big": 12345678901234567890123, "yes": true, "no": false,
                 "nothing": null, "list": [1, [], {}]}
                """);

        assertThat(value)
                .isEqualTo(JsonObject.builder()
                        .put("text", "aé\n")
                        .put("number", new BigDecimal("-12.5"))
                        .put("big", new BigDecimal("12345678901234567890123"))
                        .put("yes", true)
                        .put("no", false)
                        .put("nothing", null)
                        .put("list", JsonArray.of(1, JsonArray.EMPTY, JsonObject.EMPTY))
                        .build());
    }

    @Test
    void parse_keepsTheOrderOfMembers() {
        JsonValue value = json.parse("{\"z\":1,\"a\":2,\"m\":3}");

        assertThat(value.asObject().members().keySet()).containsExactly("z", "a", "m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "999999999999999999",
                "-999999999999999999",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "0.1",
                "1e3",
                "1E-3",
                "-0.000",
                "1.7976931348623157e308"
            })
    void parse_keepsNumbersExactly(String text) {
        JsonValue value = json.parse(text);

        assertThat(value.number()).isEqualByComparingTo(new BigDecimal(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "nul",
                "tru",
                "+1",
                ".5",
                "1.",
                "1e",
                "0x10",
                "1_000",
                "-",
                "--1",
                "Infinity",
                "-Infinity",
                "NaN",
                "\"a",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\n\"",
                "\"\u0000\"",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "[,]",
                "[1 2]",
                "[1",
                "]",
                "}",
                "{\"a\":1]",
                "[1}",
                "{} {}",
                "1,",
                "[1]x",
                "/* c */ 1",
                "# c\n1",
                "{'a':1}",
                "undefined",
                "\u00a01"
            })
    void parse_refuses_whatIsNoJson(String text) {
        assertThatThrownBy(() -> json.parse(text))
                .isInstanceOf(JsonException.class)
                .extracting(e -> ((JsonException) e).code())
                .isEqualTo(ErrorCode.JSON_INVALID);
    }

    @ParameterizedTest
    @CsvSource({
        "'{\n\"a\": 1,\n\"a\": 2}', 3, member \"a\" is there twice",
        "'[1,\n2,\n\nx]', 4, Unrecognized token",
        "'[1\n]\n7', 3, more text",
        "'\n\n', 3, white space",
    })
    void parse_namesLineAndProblem(String text, int line, String problem) {
        assertThatThrownBy(() -> json.parse(text))
                .asInstanceOf(InstanceOfAssertFactories.type(JsonException.class))
                .satisfies(e -> assertThat(e.line()).isEqualTo(line))
                .satisfies(e -> assertThat(e.getMessage())
                        .startsWith("line " + line + ": ")
                        .contains(problem));
    }

    @Test
    void parse_refusesDuplicates_howeverTheyAreEscaped() {
        String text = "{\"a\":1,\"\\u0061\":2}";

        assertThatThrownBy(() -> json.parse(text)).hasMessageContaining("twice");
    }

    @Test
    void parse_takes128Levels_andNotOneMore() {
        String deepest = "[".repeat(128) + "]".repeat(128);
        String mixed = "{\"a\":[".repeat(64) + "]}".repeat(64);

        assertThat(json.parse(deepest)).isInstanceOf(JsonArray.class);
        assertThat(json.parse(mixed)).isInstanceOf(JsonObject.class);
        assertThatThrownBy(() -> json.parse("[" + deepest + "]")).hasMessageContaining("deeper than 128");
        assertThatThrownBy(() -> json.parse("{\"a\":" + mixed + "}")).hasMessageContaining("deeper than 128");
    }

    @Test
    void parse_endsSoon_whenNestedAMillionTimes() {
        String arrays = "[".repeat(1_000_000);
        String objects = "{\"a\":".repeat(1_000_000);

        assertTimeoutPreemptively(SOON, () -> {
            assertThatThrownBy(() -> json.parse(arrays)).hasMessageContaining("deeper than 128");
            assertThatThrownBy(() -> json.parse(objects)).hasMessageContaining("deeper than 128");
        });
    }

    @Test
    void parse_refusesMoreThan16MiB_countedInBytes() {
        String largest = "\"" + "a".repeat(16 * 1024 * 1024 - 2) + "\"";
        String wide = "\"" + "€".repeat(6 * 1024 * 1024) + "\"";

        assertThat(json.parse(largest).text()).hasSize(16 * 1024 * 1024 - 2);
        assertThatThrownBy(() -> json.parse(largest + " "))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("16 MiB");
        assertThatThrownBy(() -> json.parse(wide)).hasMessageContaining("16 MiB");
        assertThatThrownBy(() -> json.parse(" ".repeat(20_000_000))).hasMessageContaining("16 MiB");
        assertThatThrownBy(() -> json.parseYaml(largest + " ")).hasMessageContaining("16 MiB");
    }

    @Test
    void parse_takesNumbersOf1000Digits_andNotOneMore() {
        String digits = "9".repeat(1_000);

        assertThat(json.parse("-" + digits).number()).isEqualTo(new BigDecimal("-" + digits));
        assertThat(json.parse("0." + "1".repeat(1_000)).number().scale()).isEqualTo(1_000);
        assertThat(json.parse("1e999").number()).isEqualTo(new BigDecimal("1e999"));
        assertThatThrownBy(() -> json.parse(digits + "9")).hasMessageContaining("1,000 digits");
        assertThatThrownBy(() -> json.parse("1e1000")).hasMessageContaining("1,000 digits");
        assertThatThrownBy(() -> json.parse("0." + "1".repeat(1_001))).hasMessageContaining("1,000 digits");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e1000000000",
                "1e-1000000000",
                "-1e2147483647",
                "1e2147483648",
                "1e99999999999999999999",
                "10e2147483647",
                "123456789e-2147483648"
            })
    void parse_refusesHugeExponents_withoutBuildingTheNumber(String number) {
        String text = "{\"a\":\n" + number + "}";

        assertTimeoutPreemptively(SOON, () -> {
            assertThatThrownBy(() -> json.parse(text)).hasMessage("line 2: a number has more than 1,000 digits");
            assertThatThrownBy(() -> json.parseYaml("a: " + number)).hasMessageContaining("1,000 digits");
        });
    }

    @Test
    void parse_readsZeroAsZero_whateverItsExponent() {
        JsonValue zero = json.parse("[0e1000000000, -0.0e-1000000000]");

        assertThat(zero).isEqualTo(JsonArray.of(0, 0));
    }

    @Test
    void parse_endsSoon_whenANumberIsMegabytesLong() {
        String number = "9".repeat(10_000_000);

        assertTimeoutPreemptively(
                SOON, () -> assertThatThrownBy(() -> json.parse(number)).hasMessageContaining("1,000 digits"));
    }

    @Test
    void parse_endsSoon_whenManyNamesHaveOneHash() {
        var text = new StringBuilder("{\"x\":0");
        // "Aa" and "BB" have the same hash code, so these 2^16 names have too.
        for (int i = 0; i < 1 << 16; i++) {
            text.append(",\"");
            for (int bit = 0; bit < 16; bit++) {
                text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            text.append("\":").append(i);
        }
        text.append('}');

        JsonValue value = assertTimeoutPreemptively(SOON, () -> json.parse(text.toString()));

        assertThat(value.asObject().members()).hasSize((1 << 16) + 1);
    }

    @Test
    void parse_refusesAByteOrderMark() {
        assertThatThrownBy(() -> json.parse("\uFEFF1")).hasMessageContaining("byte order mark");
    }

    @Test
    void parse_keepsHalfPairs_thatWereEscaped() {
        JsonValue value = json.parse("\"\\ud83d and \\ude00 and \\ud83d\\ude00\"");

        assertThat(value).isEqualTo(new JsonString("\ud83d and \ude00 and 😀"));
        assertThat(json.parse(json.write(value))).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"\\ud83d\":1}", "{\"\\ude00\":1}"})
    void parse_refusesHalfPairs_inNames(String text) {
        assertThatThrownBy(() -> json.parse(text))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("surrogate");
    }

    @Test
    void parse_readsWholeNumbersAsOneNumber_howeverWritten() {
        JsonValue value = json.parse("[100, 100.0, 1e2, 1000e-1]");

        assertThat(value.asArray().elements()).containsOnly(JsonNumber.of(100));
    }
}
