package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentOS;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.ToolResult;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;

/** The module agrees with {@link BigDecimal}, and lives through any text. */
class CsvStatsProperties {
    @Property(tries = 150)
    void statistics_areThoseOfExactDecimals(
            @ForAll @Size(min = 1, max = 30)
                    List<@BigRange(min = "-1000000", max = "1000000") @Scale(6) BigDecimal> numbers) {
        String csv =
                "id,n\n" + numbers.stream().map(n -> "x," + n.toPlainString()).collect(Collectors.joining("\n"));

        ToolResult result = call(csv, "n");

        BigDecimal sum = numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(CsvStatsTest.number(result, "sum")).isEqualByComparingTo(sum);
        assertThat(CsvStatsTest.number(result, "min")).isEqualByComparingTo(Collections.min(numbers));
        assertThat(CsvStatsTest.number(result, "max")).isEqualByComparingTo(Collections.max(numbers));
        assertThat(CsvStatsTest.number(result, "mean"))
                .isEqualByComparingTo(sum.divide(BigDecimal.valueOf(numbers.size()), 6, RoundingMode.HALF_UP));
    }

    @Property(tries = 300)
    void anyText_isSummedUpOrRefused(
            @ForAll String text, @ForAll @net.jqwik.api.constraints.StringLength(max = 5) String column) {
        ToolResult result = call(text, column);

        // Half a character is no text, and the runtime says so before the module would.
        assertThat(result).isInstanceOfAny(ToolResult.Ok.class, ToolResult.Failed.class);
        assertThat(result.text()).doesNotContain("trapped");
    }

    private static ToolResult call(String csv, String column) {
        try (AgentOS os = Guests.os(CsvStats.tool())) {
            return os.tools()
                    .tryCall(
                            "csv.stats",
                            JsonObject.builder()
                                    .put("csv", csv)
                                    .put("column", column)
                                    .build()
                                    .toString());
        }
    }
}
