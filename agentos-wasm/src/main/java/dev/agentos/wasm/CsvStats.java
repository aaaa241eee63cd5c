package dev.agentos.wasm;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * {@code csv.stats}: count, minimum, maximum, sum and mean of one column of a CSV text, added exactly in decimals. It is
 * also what a module looks like: its source is {@code src/main/wat/csv-stats.wat}, assembled by the build.
 *
 * <p>Whatever the text says, it is read by a module that can do nothing but answer: a text from outside needs no trust.
 *
 * @since 0.3
 */
public final class CsvStats {
    private CsvStats() {}

    /** {@return the tool, which needs {@code tool:csv.stats call} and nothing else} */
    public static Tool tool() {
        return WasmTool.builder("csv.stats", module())
                .description(
                        "Statistics of one column of a CSV text: rows, count of numbers, empty fields, min, max, sum"
                                + " and mean. Numbers are decimals with at most six digits after the point, added"
                                + " exactly.")
                .inputSchema(schema())
                .build();
    }

    private static JsonObject schema() {
        var properties = new TreeMap<String, Object>();
        properties.put("csv", text("The text, with the names of the columns in its first line."));
        properties.put("column", text("The name of the column."));
        properties.put("separator", text("What separates fields, one ASCII character; a comma unless given."));
        return JsonObject.builder()
                .put("type", "object")
                .put("properties", properties)
                .put("required", List.of("csv", "column"))
                .put("additionalProperties", false)
                .build();
    }

    private static Map<String, Object> text(String description) {
        return new TreeMap<>(Map.of("type", "string", "description", description));
    }

    private static byte[] module() {
        try (InputStream in = Objects.requireNonNull(
                CsvStats.class.getResourceAsStream("csv-stats.wasm"), "the build assembles csv-stats.wasm")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
