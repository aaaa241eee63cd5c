package dev.agentos.runtime.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretArgumentsTest {
    @Test
    void names_findsReferences_atAnyDepth() {
        JsonObject arguments = JsonValue.of(Map.of(
                        "headers", Map.of("Authorization", "Bearer secret:desk/api-key"),
                        "list", List.of("x", "secret:b"),
                        "n", 1))
                .asObject();

        assertThat(SecretArguments.names(arguments)).containsExactly("b", "desk/api-key");
    }

    @ParameterizedTest
    @CsvSource({
        "secret:a, '', a",
        "secret:desk/api-key, '', desk/api-key",
        "Bearer secret:a.b_c-1/d, 'Bearer ', a.b_c-1/d",
        "AWS4-HMAC secret:x, 'AWS4-HMAC ', x",
    })
    void parse_understands(String text, String before, String name) {
        assertThat(SecretReference.parse(text)).isEqualTo(new SecretReference(before, name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret:",
                "secret:/a",
                "secret:a/",
                "secret:a//b",
                "secret:..",
                "secret:a/../b",
                "secret:.ssh",
                "secret:a b",
                "secret:a\n",
                " secret:a",
                "two words secret:a",
                "Bearer  secret:a",
                "the secret:a of success",
                "Secret:a",
                "",
            })
    void parse_leavesAlone_whatIsNone(String text) {
        assertThat(SecretReference.parse(text)).isNull();
    }

    @Test
    void parse_leavesAlone_whatIsTooLong() {
        assertThat(SecretReference.parse("secret:" + "a".repeat(500))).isNull();
    }

    @Test
    void filled_keepsTheWordBefore() {
        JsonObject arguments =
                JsonValue.of(Map.of("h", "Bearer secret:k", "other", "plain")).asObject();

        JsonObject filled = SecretArguments.filled(arguments, name -> "value-of-" + name);

        assertThat(filled).isEqualTo(JsonValue.of(Map.of("h", "Bearer value-of-k", "other", "plain")));
    }
}
