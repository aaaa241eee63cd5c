package dev.agentos.json.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> NAMES = List.of("name", "limits", "toolCalls", "toolCallsPer", "max");

    @ParameterizedTest
    @CsvSource({
        "limts, limits",
        "Limits, limits",
        "lmits, limits",
        "tool-calls, toolCalls",
        "tool_calls, toolCalls",
        "toolCallPer, toolCallsPer",
        "nam, name",
        "maxx, max"
    })
    void of_findsTheNearest(String written, String meant) {
        String suggestion = Suggestion.of(written, NAMES);

        assertThat(suggestion).isEqualTo("; did you mean \"" + meant + "\"?");
    }

    @ParameterizedTest
    @CsvSource({"x", "description", "ab", "m", "xmly"})
    void of_isSilent_whenNothingIsNear(String written) {
        String suggestion = Suggestion.of(written, NAMES);

        assertThat(suggestion).isEmpty();
    }

    @Test
    void of_isQuick_whenTheNameIsHuge() {
        String suggestion = Suggestion.of("x".repeat(1_000_000), NAMES);

        assertThat(suggestion).isEmpty();
    }
}
