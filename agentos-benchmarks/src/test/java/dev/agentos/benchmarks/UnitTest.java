package dev.agentos.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitTest {
    @ParameterizedTest
    @CsvSource({
        "NANOS, 4.236, 4.24 ns",
        "NANOS, 52.34, 52.3 ns",
        "NANOS, 999, 999 ns",
        "NANOS, 2400, 2.4 µs",
        "NANOS, 100000, 100 µs",
        "NANOS, 184000000, 184 ms",
        "PER_SECOND, 612345.6, '612,346/s'",
        "BYTES, 391.7, 392 B",
        "PERCENT, 0.034, 0.03 %",
        "THREADS, 10002, '10,002 threads'",
        "TIMES, 6.24, 6.24 ×"
    })
    void text_hasUnitAndTheDigitsThatSaySomething(Unit unit, double value, String expected) {
        String text = unit.text(value);

        assertThat(text).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.5", "0.486, 0.49", "1, 1", "10, 10", "12.04, 12", "120, 120"})
    void plain_dropsZerosBehindThePointOnly(double value, String expected) {
        String text = Unit.plain(value);

        assertThat(text).isEqualTo(expected);
    }
}
