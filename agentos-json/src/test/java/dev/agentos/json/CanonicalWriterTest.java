package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 8785, and what it leaves open. */
class CanonicalWriterTest {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    /** Appendix B: the bits of a double, and how it is written. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0",
        "8000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2",
    })
    void canonical_writesNumbersAsEcmaScriptDoes(String bits, String expected) {
        double number = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));

        String text = json.canonical(JsonValue.of(number));

        assertThat(text).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1", "-1, -1", "10, 10", "100000000000000000000, 100000000000000000000", "1e21, 1e+21", "1.5e21, 1.5e+21",
        "123e-20, 1.23e-18", "0.1, 0.1", "0.000001, 0.000001", "0.0000001, 1e-7", "1.50, 1.5", "0.00000123, 0.00000123",
        "1234.5678, 1234.5678", "5e-324, 5e-324", "4.9e-324, 5e-324", "1e-323, 1e-323", "9.9e-324, 1e-323",
                "2e-323, 2e-323",
        "-2e-3, -0.002", "1e23, 1e+23"
    })
    void canonical_writesDecimals(BigDecimal number, String expected) {
        String text = json.canonical(new JsonNumber(number));

        assertThat(text).isEqualTo(expected);
    }

    /** A reader with doubles would see another number than was written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "9007199254740993", "333333333.33333329", "0.1000000000000000055511151231257827", "1e400", "-1e309",
                "1e-400", "4e-324", "12345678901234567890", "3.14159265358979323846", "1152921504606846976"
            })
    void canonical_refusesNumbers_thatADoubleWouldChange(String number) {
        assertThatThrownBy(() -> json.canonical(json.parse(number)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining(number.startsWith("1e4") ? "1E+400" : "send it as a string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000000000", "1e-1000000000", "-7e2147483647"})
    void canonical_refusesHugeExponents_soon(String number) {
        var value = new JsonNumber(new BigDecimal(number));

        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThatThrownBy(() -> json.canonical(value)).hasMessageContaining("send it as a string"));
    }

    /** Section 3.2.3: by UTF-16 code units, so that the emoji comes before U+FB33. */
    @Test
    void canonical_sortsMembersByCodeUnits() {
        JsonValue value = json.parse("""
                {"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb33": "Hebrew Letter Dalet With Dagesh",
                 "1": "One", "\\ud83d\\ude00": "Emoji: Grinning Face", "\\u0080": "Control",
                 "\\u00f6": "Latin Small Letter O With Diaeresis"}""");

        String text = json.canonical(value);

        assertThat(text)
                .isEqualTo("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
                        + "\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    /** Section 3.2.2, its first number at the precision that a double has. */
    @Test
    void canonical_writesTheExampleOfTheSpecification() {
        JsonValue value = json.parse("""
                {
                  "numbers": [333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                  "literals": [null, true, false]
                }""");

        String text = json.canonical(value);

        assertThat(text)
                .isEqualTo("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test
    void canonical_escapesOnlyWhatItHasTo() {
        var value = new JsonString("\u0000\u001f\b\f\n\r\t\"\\/\u007f\u0080\u2028é");

        String text = json.canonical(value);

        assertThat(text).isEqualTo("\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\u007f\u0080\u2028é\"");
    }

    @Test
    void canonical_keepsTheOrderOfElements_andSortsDeepDown() {
        JsonValue value = json.parse("[ 3, 1, {\"b\": {\"d\": [], \"c\": {}}, \"a\": 2} ]");

        String text = json.canonical(value);

        assertThat(text).isEqualTo("[3,1,{\"a\":2,\"b\":{\"c\":{},\"d\":[]}}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d", "\\ude00", "a\\ud83db", "\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00"})
    void canonical_refusesHalfPairs_inValuesAndNames(String escaped) {
        JsonValue inValue = json.parse("\"" + escaped + "\"");
        JsonValue inName = JsonObject.builder().put(inValue.text(), 1).build();

        assertThatThrownBy(() -> json.canonical(JsonArray.of(inValue))).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> json.canonical(inName)).isInstanceOf(JsonException.class);
    }
}
