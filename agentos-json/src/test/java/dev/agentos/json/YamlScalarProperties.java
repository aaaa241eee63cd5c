package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** What a plain scalar means, against the table of YAML 1.2.2, section 10.3.2; and pointers into what was read. */
class YamlScalarProperties {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    @Property(tries = 5_000)
    void scalar_isWhatTheCoreSchemaSays(@ForAll("scalars") String text) {
        if (text.matches("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)")) {
            assertThatThrownBy(() -> json.parseYaml("a: " + text))
                    .isInstanceOf(JsonException.class)
                    .hasMessageContaining(text + " has no JSON form");
            return;
        }
        JsonValue expected = model(text);
        Statistics.label("kind").collect(expected.kind());

        JsonValue value = json.parseYaml("a: " + text).at("a");

        assertThat(value).as(text).isEqualTo(expected);
        assertThat(json.parseYaml("- '" + text.replace("'", "''") + "'").at("0"))
                .isEqualTo(new JsonString(text));
    }

    /** The table, row by row. */
    private static JsonValue model(String text) {
        if (text.matches("null|Null|NULL|~")) {
            return JsonValue.of(null);
        }
        if (text.matches("true|True|TRUE|false|False|FALSE")) {
            return JsonValue.of(text.equalsIgnoreCase("true"));
        }
        if (text.matches("0o[0-7]+")) {
            return JsonValue.of(new BigInteger(text.substring(2), 8));
        }
        if (text.matches("0x[0-9a-fA-F]+")) {
            return JsonValue.of(new BigInteger(text.substring(2), 16));
        }
        if (text.matches("[-+]?[0-9]+|[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?")) {
            return JsonValue.of(new BigDecimal(text));
        }
        return new JsonString(text);
    }

    @Property
    void pointer_findsItsStepsAgain_whateverIsInThem(@ForAll("steps") List<String> steps) {
        var pointer = new StringBuilder();
        steps.forEach(step -> pointer.append(Pointers.step(step)));

        assertThat(Pointers.steps(pointer.toString())).containsExactlyElementsOf(steps);
    }

    @Provide
    Arbitrary<String> scalars() {
        Arbitrary<String> parts = Arbitraries.of(
                "0", "1", "7", "8", "12", ".", "+", "-", "e", "E", "0x", "0o", "f", "_", "inf", "nan", "NaN", "null",
                "Null", "true", "TRUE", "tRUE", "yes", "~", "o", "x");
        return parts.list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(list -> String.join("", list))
                // A dash alone, or before a blank, begins a list.
                .filter(text -> !text.matches("-+|---.*"));
    }

    @Provide
    Arbitrary<List<String>> steps() {
        return Arbitraries.of("", "a", "0", "~", "/", "~0", "~1", "~01", "a/b~c", "é", " ")
                .list()
                .ofMaxSize(5);
    }
}
