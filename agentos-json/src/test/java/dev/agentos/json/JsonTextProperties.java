package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonTextProperties {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    @Property(tries = 300)
    void parse_readsWhatWasWritten(@ForAll("values") JsonValue value) {
        assertThat(json.parse(json.write(value))).isEqualTo(value);
        assertThat(json.parse(json.writePretty(value))).isEqualTo(value);
    }

    @Property(tries = 300)
    void parseYaml_readsWhatWasWrittenAsJson(@ForAll("canonicalValues") JsonValue value) {
        // A comment, so that it is YAML's own parser that reads it.
        assertThat(json.parseYaml("# JSON is YAML\n" + json.writePretty(value))).isEqualTo(value);
    }

    @Property(tries = 300)
    void canonical_isReadAsTheSameValue_exceptAtTheSmallestDoubles(@ForAll("canonicalValues") JsonValue value) {
        String text = json.canonical(value);

        assertThat(json.canonical(json.parse(text))).isEqualTo(text);
        assertThat(text).doesNotContain("\n", ": ", ", ");
    }

    @Property(tries = 300)
    void canonical_isOne_whateverTheOrderOfMembers(@ForAll("canonicalValues") JsonValue value) {
        JsonValue reversed = reversed(value);

        assertThat(json.canonical(reversed)).isEqualTo(json.canonical(value));
    }

    /** What ECMA-262 says of Number::toString: it reads back, and no shorter number does. */
    @Property(tries = 2_000)
    void ecmaNumber_isTheShortestThatReadsBack(@ForAll("doubles") BigDecimal number) {
        double expected = number.doubleValue();

        String text = EcmaNumber.text(number);

        assertThat(Double.parseDouble(text)).isEqualTo(expected == 0 ? 0.0 : expected);
        assertThat(text)
                .matches(
                        "0|-?(0\\.0{0,5}[1-9][0-9]*|[1-9][0-9]{0,20}|[1-9][0-9]*\\.[0-9]*[1-9]|[1-9](\\.[0-9]*[1-9])?e[+-][1-9][0-9]*)");
        int digits = new BigDecimal(text).stripTrailingZeros().precision();
        if (digits > 1) {
            BigDecimal shorter = new BigDecimal(expected).round(new MathContext(digits - 1));
            assertThat(shorter.doubleValue())
                    .as("%s is shorter than %s", shorter, text)
                    .isNotEqualTo(expected);
        }
    }

    /** Numbers near a double: either they are written as themselves, or refused. */
    @Property(tries = 1_000)
    void canonical_neverChangesANumber(@ForAll("doubles") BigDecimal number, @ForAll("nudges") BigDecimal nudge) {
        var near = new JsonNumber(number.add(number.ulp().multiply(nudge)));

        try {
            String text = json.canonical(near);
            assertThat(new BigDecimal(text).doubleValue()).isEqualTo(near.doubleValue());
            if (near.number().abs().compareTo(new BigDecimal("1e-320")) > 0) {
                assertThat(json.parse(text)).isEqualTo(near);
            }
        } catch (JsonException e) {
            assertThat(e).hasMessageContaining("send it as a string");
        }
    }

    /** Whatever the text, it is a value or a typed error. */
    @Property(tries = 2_000)
    void hostileText_isAValueOrATypedError(@ForAll("snippets") List<String> snippets) {
        String text = String.join("", snippets);

        assertThatCode(() -> valueOrTypedError(text)).doesNotThrowAnyException();
    }

    private void valueOrTypedError(String text) {
        try {
            JsonValue value = json.parse(text);
            assertThat(json.parse(json.write(value))).isEqualTo(value);
        } catch (JsonException e) {
            assertThat(e.line()).isPositive();
        }
        try {
            JsonValue value = json.parseYaml(text);
            assertThat(json.parse(json.write(value))).isEqualTo(value);
            assertThat(json.lineOf(text, "/a/0/b")).isPositive();
        } catch (JsonException e) {
            assertThat(e.line()).isPositive();
        }
    }

    private JsonValue reversed(JsonValue value) {
        return switch (value) {
            case dev.agentos.api.json.JsonObject(var members) -> {
                var builder = dev.agentos.api.json.JsonObject.builder();
                List.copyOf(members.entrySet())
                        .reversed()
                        .forEach(member -> builder.put(member.getKey(), reversed(member.getValue())));
                yield builder.build();
            }
            case dev.agentos.api.json.JsonArray(var elements) ->
                new dev.agentos.api.json.JsonArray(
                        elements.stream().map(this::reversed).toList());
            default -> value;
        };
    }

    @Provide
    Arbitrary<JsonValue> values() {
        return JsonValues.any();
    }

    @Provide
    Arbitrary<JsonValue> canonicalValues() {
        return JsonValues.canonical();
    }

    @Provide
    Arbitrary<BigDecimal> doubles() {
        return JsonValues.doubles();
    }

    @Provide
    Arbitrary<BigDecimal> nudges() {
        return Arbitraries.of("0", "1", "-1", "0.1", "-0.5", "0.0001").map(BigDecimal::new);
    }

    @Provide
    Arbitrary<List<String>> snippets() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ":",
                        ",",
                        "\"",
                        "'",
                        "a",
                        "a: ",
                        "- ",
                        "\n",
                        "  ",
                        "\t",
                        "# x\n",
                        "1",
                        "-",
                        ".5",
                        "1e9",
                        "e",
                        "&x ",
                        "*x",
                        "!!str ",
                        "! ",
                        "|\n",
                        ">-\n",
                        "? ",
                        "---\n",
                        "...\n",
                        "%YAML 1.1\n",
                        "%TAG",
                        "null",
                        "~",
                        "true",
                        "\\",
                        "\\u12",
                        "\\ud83d",
                        "\ud83d",
                        "\u0000",
                        "\u0007",
                        "\uFEFF",
                        "\u0085",
                        "\r",
                        "\u2028",
                        "0x",
                        "0o7",
                        ".inf",
                        "<<: ",
                        "@",
                        "`",
                        "\"b\": ",
                        "//",
                        "/*")
                .list()
                .ofMaxSize(12);
    }
}
