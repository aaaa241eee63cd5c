package dev.agentos.examples.trading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SmaCrossTest {
    private static final Duration DAY = Duration.ofDays(1);

    /** Numbers that another program computed from the same file. */
    @Test
    void signal_givesSevenRoundTrips_onAppleIn2013() throws IOException {
        var averages = new SmaCross(5, 20, DAY);
        var profits = new ArrayList<BigDecimal>();
        BigDecimal entry = null;
        Optional<Side> pending = Optional.empty();

        for (Candle candle : apple()) {
            if (pending.equals(Optional.of(Side.BUY)) && entry == null) {
                entry = candle.open();
            } else if (pending.equals(Optional.of(Side.SELL)) && entry != null) {
                profits.add(candle.open().subtract(entry).setScale(2, RoundingMode.HALF_EVEN));
                entry = null;
            }
            averages.add(candle);
            pending = averages.signal();
        }

        assertThat(profits)
                .extracting(BigDecimal::toString)
                .containsExactly("-18.52", "-23.66", "-6.31", "-17.48", "48.90", "34.22", "31.69");
    }

    @Test
    void add_readsNoAverage_whileThereAreTooFewCandles() {
        var averages = new SmaCross(2, 3, DAY);

        var bars = List.of(averages.add(candle(0, 10)), averages.add(candle(1, 20)), averages.add(candle(2, 60)));

        assertThat(bars).extracting(Bar::fast).containsExactly(null, 15.0, 40.0);
        assertThat(bars).extracting(Bar::slow).containsExactly(null, null, 30.0);
    }

    private static Candle candle(int day, int close) {
        var price = BigDecimal.valueOf(close);
        return new Candle(Instant.EPOCH.plus(DAY.multipliedBy(day)), price, price, price, price, BigDecimal.ONE);
    }

    private static List<Candle> apple() throws IOException {
        var stream = SmaCrossTest.class.getResourceAsStream("/appleinc_bars_from_20130101_usd.csv");
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .skip(1)
                    .map(line -> line.split(","))
                    .map(row -> new Candle(
                            LocalDate.parse(row[0]).atStartOfDay(ZoneOffset.UTC).toInstant(),
                            new BigDecimal(row[1]),
                            new BigDecimal(row[2]),
                            new BigDecimal(row[3]),
                            new BigDecimal(row[4]),
                            new BigDecimal(row[5])))
                    .toList();
        }
    }
}
