package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.JsonException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineSearchTest {
    private static final String YAML = """
            # the agent
            name: a
            limits:
              toolCalls: 10
              depth: 3
            children:
              - name: b
                grants: [x,
                  y]
              - name: c
            a/b: 1
            m~n: 2
            "": 3
            """;
    private static final String JSON =
            "{\n\t\"name\": \"a\",\n\t\"limits\": {\n\t\t\"depth\":\n3},\n\t\"list\": [1,\n2]}";

    private final JacksonJsonProvider json = new JacksonJsonProvider();

    @ParameterizedTest
    @CsvSource({
        "'', 2",
        "/name, 2",
        "/limits, 4",
        "/limits/depth, 5",
        "/children/0/name, 7",
        "/children/0/grants/0, 8",
        "/children/0/grants/1, 9",
        "/children/1, 10",
        "/a~1b, 11",
        "/m~0n, 12",
        "/, 13",
    })
    void lineOf_isTheLineOfTheValue(String pointer, int line) {
        int found = json.lineOf(YAML, pointer);

        assertThat(found).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource({
        "/nothing, 2",
        "/nothing/below, 2",
        "/limits/toolCals, 4",
        "/name/below, 2",
        "/children/7, 7",
        "/children/1/limits/depth, 10",
        "/children/01, 7"
    })
    void lineOf_isThatOfTheNearestParent_whenThereIsNoValue(String pointer, int line) {
        int found = json.lineOf(YAML, pointer);

        assertThat(found).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "/name, 2", "/limits, 3", "/limits/depth, 5", "/list/0, 6", "/list/1, 7", "/list/2, 6"})
    void lineOf_readsJson_evenWithTabs(String pointer, int line) {
        int found = json.lineOf(JSON, pointer);

        assertThat(found).isEqualTo(line);
    }

    @Test
    void lineOf_startsAgain_whenWhatLooksLikeJsonIsYaml() {
        int found = json.lineOf("{a: 1,\n b: {c: 2,\n d: 3}}", "/b/d");

        assertThat(found).isEqualTo(3);
    }

    @Test
    void lineOf_refuses_whatIsNoPointer() {
        assertThatThrownBy(() -> json.lineOf("a: 1", "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> json.lineOf("a: [", "/a")).isInstanceOf(JsonException.class);
    }
}
