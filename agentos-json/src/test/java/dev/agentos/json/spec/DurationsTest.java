package dev.agentos.json.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "90s, PT1M30S",
        "5m, PT5M",
        "2h, PT2H",
        "1d, PT24H",
        "0s, PT0S",
        "PT1M30S, PT1M30S",
        "P1DT1H, PT25H",
        "pt1s, PT1S",
        "PT0.5S, PT0.5S"
    })
    void parse_readsShortFormsAndIso(String text, Duration expected) {
        Duration duration = Durations.parse(text);

        assertThat(duration).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "-5s",
                "1.5h",
                "5 s",
                "5S",
                "1w",
                "P1Y",
                "1h30m",
                "٣s",
                "999999999999999999d",
                "99999999999999999999s"
            })
    void parse_refuses_whatIsNoDuration(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a duration such as 250ms, 90s, 5m, 2h, 1d or PT1M30S, got '" + text + "'");
    }
}
