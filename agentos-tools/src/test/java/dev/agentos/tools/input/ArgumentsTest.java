package dev.agentos.tools.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private final Arguments arguments = new Arguments(JsonObject.builder()
            .put("text", "a")
            .put("number", 5)
            .put("fraction", 1.5)
            .put("flag", true)
            .put("texts", List.of("x", "y"))
            .put("map", Map.of("k", "v"))
            .put("mixed", List.of("x", 1))
            .put("nothing", null)
            .build());

    @Test
    void readers_giveWhatIsThere() {
        assertThat(arguments.text("text")).isEqualTo("a");
        assertThat(arguments.number("number", 0, 0, 10)).isEqualTo(5);
        assertThat(arguments.flag("flag")).isTrue();
        assertThat(arguments.texts("texts")).containsExactly("x", "y");
        assertThat(arguments.map("map")).containsExactly(Map.entry("k", "v"));
    }

    @Test
    void readers_giveTheDefault_whenAbsentOrNull() {
        for (String name : List.of("missing", "nothing")) {
            assertThat(arguments.has(name)).isFalse();
            assertThat(arguments.text(name, "other")).isEqualTo("other");
            assertThat(arguments.number(name, 7, 0, 10)).isEqualTo(7);
            assertThat(arguments.flag(name)).isFalse();
            assertThat(arguments.texts(name)).isEmpty();
            assertThat(arguments.map(name)).isEmpty();
        }
    }

    @Test
    void text_isRefused_whenMissing() {
        assertRefused("missing", a -> a.text("missing"));
    }

    @Test
    void readers_refuse_whenTheTypeIsAnother() {
        assertRefused("number", a -> a.text("number"));
        assertRefused("text", a -> a.number("text", 0, 0, 10));
        assertRefused("fraction", a -> a.number("fraction", 0, 0, 10));
        assertRefused("text", a -> a.flag("text"));
        assertRefused("text", a -> a.texts("text"));
        assertRefused("mixed", a -> a.texts("mixed"));
        assertRefused("texts", a -> a.map("texts"));
    }

    @Test
    void number_isRefused_whenOutOfBounds() {
        assertRefused("number", a -> a.number("number", 0, 6, 10));
        assertRefused("number", a -> a.number("number", 0, 0, 4));
        assertThat(arguments.number("number", 0, 5, 5)).isEqualTo(5);
    }

    @Test
    void schema_saysTypesBoundsAndWhatIsRequired() {
        JsonObject schema = new InputSchema()
                .text("a", "A.")
                .required()
                .number("n", "N.", 1, 9)
                .choice("c", "C.", List.of("x", "y"))
                .flag("f", "F.")
                .texts("t", "T.")
                .required()
                .map("m", "M.")
                .build();

        assertThat(schema.at("required")).isEqualTo(JsonValue.of(List.of("a", "t")));
        assertThat(schema.at("additionalProperties").bool()).isFalse();
        assertThat(schema.at("properties", "n", "minimum")).isEqualTo(JsonValue.of(1));
        assertThat(schema.at("properties", "n", "maximum")).isEqualTo(JsonValue.of(9));
        assertThat(schema.at("properties", "c", "enum")).isEqualTo(JsonValue.of(List.of("x", "y")));
        assertThat(schema.at("properties", "t", "items", "type").text()).isEqualTo("string");
        assertThat(schema.at("properties", "m", "additionalProperties", "type").text())
                .isEqualTo("string");
        assertThat(schema.at("properties").asObject().members()).containsOnlyKeys("a", "n", "c", "f", "t", "m");
    }

    private void assertRefused(String named, Function<Arguments, ?> reader) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> reader.apply(arguments))
                .withMessageContaining("'" + named + "'");
    }
}
