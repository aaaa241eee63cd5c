package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider.Validator;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidatorTest {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    private Validator validator(String schema) {
        return json.validator(json.parse(schema).asObject());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"string\"} | 1 | (root): expected a string, got number",
                "{\"type\":[\"integer\",\"null\"]} | 1.5 | (root): expected an integer or null, got number",
                "{\"type\":\"integer\"} | 1e400 | ",
                "{\"type\":\"integer\"} | 1.0 | ",
                "{\"type\":\"number\"} | 1 | ",
                "{\"minimum\":2} | 1 | (root): expected at least 2",
                "{\"minimum\":2} | 2 | ",
                "{\"maximum\":2} | 3 | (root): expected at most 2",
                "{\"exclusiveMinimum\":2} | 2 | (root): expected more than 2",
                "{\"exclusiveMaximum\":2} | 2 | (root): expected less than 2",
                "{\"minLength\":2} | \"\\ud83d\\ude00\" | (root): expected at least 2 characters, got 1",
                "{\"maxLength\":2} | \"abc\" | (root): expected at most 2 characters, got 3",
                "{\"maxLength\":1} | \"\\ud83d\\ude00\" | ",
                "{\"maxLength\":1} | [1,2] | ",
                "{\"minItems\":1} | [] | (root): expected at least 1 elements, got 0",
                "{\"maxItems\":1} | [1,2] | (root): expected at most 1 elements, got 2",
                "{\"minProperties\":1} | {} | (root): expected at least 1 members, got 0",
                "{\"maxProperties\":0} | {\"a\":1} | (root): expected at most 0 members, got 1",
                "{\"uniqueItems\":true} | [1,2,1.0] | (root): expected no element twice",
                "{\"uniqueItems\":false} | [1,1] | ",
                "{\"enum\":[\"a\",1]} | \"b\" | (root): expected one of \"a\", 1",
                "{\"enum\":[\"a\",1]} | 1.0 | ",
                "{\"enum\":[]} | 1 | (root): expected nothing here",
                "{\"const\":{\"a\":[1,2],\"b\":1}} | {\"b\":1.0,\"a\":[1,2]} | ",
                "{\"const\":null} | 0 | (root): expected null",
                "{\"items\":{\"type\":\"string\"}} | [\"a\",1] | /1: expected a string, got number",
                "{\"required\":[\"a/b\"]} | {} | /a~1b: expected a value, but it is missing",
                "{\"additionalProperties\":false,\"properties\":{\"a\":true}} | {\"b\":1} | /b: expected no such member, only a",
                "{\"additionalProperties\":{\"type\":\"null\"}} | {\"b\":1} | /b: expected null, got number",
                "{\"properties\":{\"a\":false}} | {\"a\":1} | /a: expected nothing here",
                "{\"format\":\"date\"} | \"2026-02-30\" | (root): expected a string of the format date",
                "{\"format\":\"date\"} | 7 | ",
                "{\"format\":\"date-time\"} | \"2026-02-03T04:05:06Z\" | ",
                "{\"format\":\"duration\"} | \"PT0.5S\" | ",
                "{\"format\":\"duration\"} | \"P1Y\" | (root): expected a string of the format duration",
                "{\"format\":\"uuid\"} | \"1-2-3-4-5\" | (root): expected a string of the format uuid",
                "{\"anyOf\":[{\"type\":\"string\"},{\"minimum\":3}]} | 1 | (root): expected a match of one of 2 alternatives",
                "{\"title\":\"t\",\"description\":\"d\",\"default\":1,\"examples\":[1],\"deprecated\":true} | 1 | ",
            })
    void violations_sayWhatWasExpected(String schema, String value, String expected) {
        List<String> violations = value.equals("1e400")
                ? validator(schema).violations(JsonValue.of(new BigDecimal(value)))
                : validator(schema).violations(json.parse(value));

        assertThat(violations).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"pattern\":\"^a\"} | \"b\" | (root): expected pattern \"^a\"",
                "{\"pattern\":\"^a\"} | \"ab\" | ",
                "{\"multipleOf\":0.1} | 0.3 | ",
                "{\"multipleOf\":2} | 3 | (root): expected multipleOf 2",
                "{\"properties\":{\"a\":{\"multipleOf\":2}},\"required\":[\"b\"]} | {\"a\":2} | /b: expected a value, but it is missing",
                "{\"patternProperties\":{\"^x\":{\"type\":\"null\"}},\"additionalProperties\":false} | {\"a/b\":1} | /a~1b: expected no such member",
                "{\"not\":{\"type\":\"string\"}} | \"x\" | (root): expected not {\"type\":\"string\"}",
                "{\"$defs\":{\"a\":{\"type\":\"null\"}},\"items\":{\"$ref\":\"#/$defs/a\"}} | [null,1] | /1: expected type \"null\"",
                "{\"format\":\"email\"} | \"nobody\" | (root): expected format \"email\"",
                "{\"format\":\"ipv4\"} | \"1.2.3.4\" | ",
                "{\"x-own\":1,\"type\":\"integer\"} | 1.0 | ",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"exclusiveMinimum\":1} | 1 | (root): expected exclusiveMinimum 1",
                "{\"$schema\":\"http://json-schema.org/draft-04/schema#\",\"minimum\":1,\"exclusiveMinimum\":true} | 1 | (root): expected minimum 1",
                "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"null\"} | 1 | (root): expected null, got number",
            })
    void violations_areFound_beyondTheCompiledPart(String schema, String value, String expected) {
        List<String> violations = validator(schema).violations(json.parse(value));

        assertThat(violations).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"strin\"}",
                "{\"type\":[]}",
                "{\"type\":[\"null\",\"null\"]}",
                "{\"type\":1}",
                "{\"minimum\":\"1\"}",
                "{\"minLength\":-1}",
                "{\"minLength\":1.5}",
                "{\"required\":\"a\"}",
                "{\"required\":[1]}",
                "{\"required\":[\"a\",\"a\"]}",
                "{\"properties\":[]}",
                "{\"properties\":{\"a\":1}}",
                "{\"additionalProperties\":\"no\"}",
                "{\"items\":[{}]}",
                "{\"enum\":1}",
                "{\"anyOf\":[]}",
                "{\"anyOf\":{}}",
                "{\"uniqueItems\":1}",
                "{\"format\":1}",
                "{\"title\":1}",
                "{\"pattern\":\"(\"}",
                "{\"$ref\":\"#/$defs/none\"}",
                "{\"$schema\":\"https://example.com/mine\"}",
                "{\"$schema\":1}",
                "{\"properties\":{\"a\":{\"items\":{\"type\":\"nul\"}}}}",
            })
    void validator_refuses_whatIsNoSchema(String schema) {
        JsonObject source = json.parse(schema).asObject();

        assertThatThrownBy(() -> json.validator(source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no JSON Schema");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\":\"http://example.com/a\"}",
                "{\"properties\":{\"a\":{\"$ref\":\"other.json\"}}}",
                "{\"anyOf\":[{\"$ref\":\"file:///etc/passwd\"}]}",
                "{\"$dynamicRef\":\"classpath:a#b\"}",
                "{\"properties\":{\"enum\":{\"$ref\":\"https://json-schema.org/draft/2020-12/schema\"}}}",
            })
    void validator_refusesOtherDocuments(String schema) {
        JsonObject source = json.parse(schema).asObject();

        assertThatThrownBy(() -> json.validator(source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another document");
    }

    @Test
    void validator_takesData_thatLooksLikeAReference() {
        var validator = validator("{\"const\":{\"$ref\":\"http://example.com/a\"},\"properties\":{\"$ref\":{}}}");

        assertThat(validator.violations(json.parse("{\"$ref\":\"http://example.com/a\"}")))
                .isEmpty();
        assertThat(validator.violations(json.parse("{}"))).hasSize(1);
    }

    @Test
    void validator_neverAsksTheNetwork(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("any.json"), "{}");
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(1); // Whoever had called would be in its queue by then.
            String here = "http://localhost:" + server.getLocalPort() + "/schema";
            for (String schema : List.of(
                    "{\"$schema\":\"" + here + "\"}",
                    "{\"$ref\":\"" + here + "\"}",
                    "{\"$id\":\"" + here + "\",\"$ref\":\"other\"}",
                    "{\"$ref\":\"" + file.toUri() + "\"}")) {
                JsonObject source = json.parse(schema).asObject();
                assertThatThrownBy(() -> json.validator(source)).isInstanceOf(IllegalArgumentException.class);
            }
            var own = validator("{\"$id\":\"" + here
                    + "\",\"not\":{\"$ref\":\"#/$defs/a\"},\"$defs\":{\"a\":{\"type\":\"null\"}}}");
            assertThat(own.violations(JsonValue.of(1))).isEmpty();

            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void validators_ofOneIdentifier_areApart() {
        var strings = validator("{\"$id\":\"urn:x\",\"not\":{\"type\":\"string\"}}");
        var numbers = validator("{\"$id\":\"urn:x\",\"not\":{\"type\":\"number\"}}");

        assertThat(strings.violations(JsonValue.of(1))).isEmpty();
        assertThat(numbers.violations(JsonValue.of(1))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\":\"#\"}",
                "{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}",
                "{\"$dynamicRef\":\"#nowhere\"}",
            })
    void violations_end_whenTheSchemaDoesNot(String schema) {
        var validator = validator(schema);

        List<String> violations =
                assertTimeoutPreemptively(Duration.ofSeconds(60), () -> validator.violations(JsonValue.of(1)));

        assertThat(violations).isNotEmpty();
    }

    @Test
    void violations_areFew_whenTheValueIsAllWrong() {
        JsonValue wrong = JsonValue.of(Collections.nCopies(100_000, "x"));

        assertThat(validator("{\"items\":{\"type\":\"null\"}}").violations(wrong))
                .hasSize(Findings.MOST);
        assertThat(validator("{\"items\":{\"not\":{}}}").violations(wrong)).hasSize(Findings.MOST);
    }

    @Test
    void violations_end_whenANumberHasABillionDigits() {
        JsonValue huge = JsonArray.of(new BigDecimal("1e1000000000"));
        var compiled = validator("{\"items\":{\"type\":\"integer\",\"maximum\":10,\"enum\":[1]}}");
        var general = validator("{\"items\":{\"multipleOf\":2}}");

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertThat(compiled.violations(huge)).hasSize(2);
            assertThat(general.violations(huge))
                    .containsExactly("(root): expected no number of more than 1,000 digits");
        });
    }

    /** What a tool is called with may be a secret, and a violation is logged, shown and sent to a model. */
    @Test
    void violations_neverShowTheValue() {
        JsonValue secret = json.parse("{\"a\":\"hunter2\",\"b\":[\"hunter2\"],\"c\":\"hunter2\"}");
        var compiled = validator(
                "{\"properties\":{\"a\":{\"enum\":[\"x\"]},\"b\":{\"items\":{\"format\":\"date\"}},\"c\":{\"maxLength\":1}}}");
        var general = validator("{\"properties\":{\"a\":{\"pattern\":\"^x\"},\"b\":{\"contains\":{\"type\":\"null\"}},"
                + "\"c\":{\"not\":{\"type\":\"string\"}}}}");

        assertThat(compiled.violations(secret)).hasSize(3).noneMatch(line -> line.contains("hunter2"));
        assertThat(general.violations(secret))
                .hasSizeGreaterThanOrEqualTo(3)
                .noneMatch(line -> line.contains("hunter2"));
    }
}
