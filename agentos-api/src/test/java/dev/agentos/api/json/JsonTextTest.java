package dev.agentos.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {

    @Test
    void text_isCompact() {
        var value = JsonObject.builder()
                .put("a", JsonArray.of(1, "x", true, null, JsonObject.EMPTY))
                .put("", JsonArray.EMPTY)
                .build();

        assertThat(value).hasToString("{\"a\":[1,\"x\",true,null,{}],\"\":[]}");
    }

    @Test
    void text_escapesWhatJsonDemands_andNothingElse() {
        assertThat(new JsonString("\"\\/\b\f\n\r\t")).hasToString("\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
        assertThat(new JsonString("\u0000\u001f\u007f\u00e9\uD83D\uDE00"))
                .hasToString("\"\\u0000\\u001f\u007f\u00e9\uD83D\uDE00\"");
        assertThat(JsonObject.EMPTY.with("a\"\n", 1)).hasToString("{\"a\\\"\\n\":1}");
    }

    @Test
    void text_escapesHalfACharacter_sinceUtf8CannotHoldIt() {
        assertThat(new JsonString("a\uD83D")).hasToString("\"a\\ud83d\"");
        assertThat(new JsonString("\uDE00b")).hasToString("\"\\ude00b\"");
        assertThat(new JsonString("\uDE00\uD83D")).hasToString("\"\\ude00\\ud83d\"");
        assertThat(new JsonString("\uD83D\uD83D\uDE00")).hasToString("\"\\ud83d\uD83D\uDE00\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-1, -1",
        "100, 100",
        "1.50, 1.5",
        "1E+20, 100000000000000000000",
        "1E+21, 1E+21",
        "-1.25E+30, -1.25E+30",
        "0.000001, 0.000001",
        "1E-10, 1E-10",
        "12345678901234567890.123456789, 12345678901234567890.123456789",
        "1E+1000000000, 1E+1000000000"
    })
    void text_keepsNumbersPlain_asLongAsTheyAreShort(BigDecimal number, String text) {
        assertThat(new JsonNumber(number)).hasToString(text);
    }
}
