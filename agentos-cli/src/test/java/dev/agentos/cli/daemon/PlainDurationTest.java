package dev.agentos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainDurationTest {
    @ParameterizedTest
    @CsvSource({
        "PT10S, 10 s",
        "PT0S, 0 s",
        "PT0.25S, 250 ms",
        "PT1H30M, 1 h 30 min",
        "PT49H0.001S, 2 d 1 h 1 ms",
    })
    void duration_isSaidInWords(Duration duration, String words) {
        assertThat(PlainDuration.of(duration)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ask of 'a': no answer within PT30S          | ask of 'a': no answer within 30 s
            did not stop within PT2M; it goes on        | did not stop within 2 min; it goes on
            it did not end within PT0.5S.               | it did not end within 500 ms.
            the order has no 'x': {"y":"PT10S"}         | the order has no 'x': {"y":"PT10S"}
            within PARIS, and within P.T                | within PARIS, and within P.T
            within PT99999999999999999999S              | within PT99999999999999999999S
            """)
    void message_saysItsLimitsInWords_andTheRestAsItWas(String message, String shown) {
        assertThat(PlainDuration.in(message)).isEqualTo(shown);
    }
}
