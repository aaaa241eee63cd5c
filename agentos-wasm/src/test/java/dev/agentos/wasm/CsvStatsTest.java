package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.contract.ToolContract;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvStatsTest implements ToolContract {
    @Override
    public Tool tool() {
        return CsvStats.tool();
    }

    @Override
    public JsonObject validArguments() {
        return JsonObject.builder().put("csv", "a\n1").put("column", "a").build();
    }

    /** What a call gives, one number of it. */
    static BigDecimal number(ToolResult result, String name) {
        assertThat(result).isInstanceOf(ToolResult.Ok.class);
        return ((ToolResult.Ok) result)
                .value()
                .asObject()
                .get(name)
                .orElseThrow()
                .number();
    }

    private static ToolResult call(String csv, String column) {
        return Guests.call(
                CsvStats.tool(),
                JsonObject.builder()
                        .put("csv", csv)
                        .put("column", column)
                        .build()
                        .toString());
    }

    @Test
    void column_isSummedUpExactly() {
        ToolResult result = call("symbol,price,qty\nAAPL,0.1,3\nMSFT,0.2,4\nGOOG,12.345678,5\n", "price");

        assertThat(result.text())
                .isEqualTo(
                        "{\"rows\":3,\"count\":3,\"empty\":0,\"min\":0.1,\"max\":12.345678,\"sum\":12.645678,\"mean\":4.215226}");
    }

    @Test
    void fields_areReadAsRfc4180Says() {
        String csv = "\"na\"\"me\",note,\"x\"\r\n\"a, b\",\"line 1\nline 2\",\" 1.5 \"\r\n\"\",,2\r\n";

        ToolResult result = call(csv, "x");

        assertThat(number(result, "rows")).isEqualByComparingTo("2");
        assertThat(number(result, "sum")).isEqualByComparingTo("3.5");
        assertThat(call(csv, "na\"me").text()).contains("in row 1");
    }

    @Test
    void emptyFields_andShortRows_areCountedApart() {
        ToolResult result = call("a,b\n1,2\n3\n,\n\n5,  \n6,7", "b");

        assertThat(result.text())
                .isEqualTo("{\"rows\":6,\"count\":2,\"empty\":4,\"min\":2,\"max\":7,\"sum\":9,\"mean\":4.5}");
    }

    @Test
    void names_areFound_howeverJsonWritesThem() {
        Tool tool = CsvStats.tool();

        ToolResult escaped = Guests.call(
                tool,
                "{\"column\": \"\\u00e4\\ud83c\\udf0d\\t\", \"csv\": \"\\u00E4\\uD83C\\uDF0D\\t,b\\n-2.5,1\\n\"}");

        assertThat(number(escaped, "min")).isEqualByComparingTo("-2.5");
        assertThat(number(call("ä🌍\t,b\n-2.5,1\n", "ä🌍\t"), "min")).isEqualByComparingTo("-2.5");
    }

    @Test
    void separator_isTheOneThatIsGiven() {
        ToolResult result =
                Guests.call(CsvStats.tool(), "{\"csv\":\"a;b\\n1,5;2\\n\",\"column\":\"b\",\"separator\":\";\"}");

        assertThat(number(result, "sum")).isEqualByComparingTo("2");
    }

    @Test
    void nothing_hasNoMinimum() {
        assertThat(call("a", "a").text()).isEqualTo("{\"rows\":0,\"count\":0,\"empty\":0}");
        assertThat(call("a\n\n", "a").text()).isEqualTo("{\"rows\":1,\"count\":0,\"empty\":1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "1.2.3",
                "1e5",
                "-",
                "+",
                ".",
                "1-",
                "--1",
                "0x10",
                "1,5x",
                "0.1234567",
                "NaN",
                "9223372036854.775808"
            })
    void field_thatIsNoNumber_namesItsRow(String field) {
        ToolResult result = call("n\n1\n\"" + field + "\"\n", "n");

        assertThat(result)
                .isInstanceOfSatisfying(
                        ToolResult.Failed.class,
                        failed -> assertThat(failed.text())
                                .isEqualTo("the module failed: no number of at most six decimals that fits, in row 2"));
    }

    @ParameterizedTest
    @CsvSource({
        "+7, 7",
        "-0, 0",
        "007.50, 7.5",
        ".5, 0.5",
        "5., 5",
        "9000000000000, 9000000000000",
        "-0.000001, -0.000001"
    })
    void field_isTheNumberThatAPersonReads(String field, BigDecimal number) {
        ToolResult result = call("n\n" + field, "n");

        assertThat(number(result, "sum")).isEqualByComparingTo(number);
        assertThat(number(result, "min")).isEqualByComparingTo(number);
    }

    @Test
    void sum_thatDoesNotFit_namesItsRow() {
        ToolResult result = call("n\n9000000000000\n9000000000000\n", "n");

        assertThat(result.text()).isEqualTo("the module failed: the sum is too big, in row 2");
    }

    @ParameterizedTest
    @CsvSource({
        "1 2, 1.5",
        "1 1 2, 1.333333",
        "1 2 2, 1.666667",
        "-1 -1 -2, -1.333333",
        "0.000001 0, 0.000001",
        "-0.000001 0, -0.000001"
    })
    void mean_isRounded_halvesAwayFromZero(String numbers, BigDecimal mean) {
        ToolResult result = call("n\n" + numbers.replace(' ', '\n'), "n");

        assertThat(number(result, "mean")).isEqualByComparingTo(mean);
    }

    @Test
    void faults_areSaid() {
        assertThat(call("a,b\n1,2", "c").text()).isEqualTo("the module failed: there is no column of that name");
        assertThat(call("a\n\"1", "a").text()).isEqualTo("the module failed: a quoted field does not end");
        assertThat(Guests.call(CsvStats.tool(), "{\"csv\":\"a\",\"column\":\"a\",\"separator\":\"ab\"}")
                        .text())
                .isEqualTo("the module failed: the separator is not one byte");
    }

    @Test
    void arguments_ofOtherNames_areNotTaken() {
        ToolResult result = Guests.call(CsvStats.tool(), "{\"csv\":\"a\",\"column\":\"a\",\"file\":\"/etc/passwd\"}");

        assertThat(result).isInstanceOf(ToolResult.Failed.class);
    }

    @Test
    void module_passesOverWhatItDoesNotKnow() {
        // The schema refuses other members; the module would not mind them.
        Tool open = WasmTool.builder("open", mainModule())
                .description("Without a schema.")
                .build();

        ToolResult result = Guests.call(
                open,
                "{\"deep\":{\"csv\":[1,{\"a\":\"}]\"}],\"b\":null},\"column\":\"a\",\"n\":-1.5e3,\"csv\":\"a\\n"
                        + "4\",\"t\":true}");

        assertThat(number(result, "sum")).isEqualByComparingTo("4");
        assertThat(Guests.call(open, "{}").text()).contains("are no object with");
        assertThat(Guests.call(open, "{\"csv\":1,\"column\":\"a\"}").text()).contains("are no object with");
    }

    @Test
    void text_maybeLong() {
        var csv = new StringBuilder("id,price\n");
        for (int i = 1; i <= 20_000; i++) {
            csv.append(i).append(',').append(i).append(".25\n");
        }

        ToolResult result = call(csv.toString(), "price");

        assertThat(number(result, "count")).isEqualByComparingTo("20000");
        assertThat(number(result, "sum")).isEqualByComparingTo("200015000");
    }

    @Test
    void tool_isBoundByItsArguments_asACapabilitySays() {
        assertThat(CsvStats.tool().spec().attributes())
                .isEqualTo(Map.of("csv", 1, "column", 1, "separator", 1).keySet());
    }

    private static byte[] mainModule() {
        try (var in = CsvStats.class.getResourceAsStream("csv-stats.wasm")) {
            return in.readAllBytes();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
