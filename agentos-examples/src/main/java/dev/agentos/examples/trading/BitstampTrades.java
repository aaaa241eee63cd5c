package dev.agentos.examples.trading;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** 100,000 trades of bitcoin against the dollar from 25 November 2013 on, in a library on the class path. */
final class BitstampTrades {
    private static final String RESOURCE = "/bitstamp_trades_from_20131125_usd.csv";

    private BitstampTrades() {}

    /** Reads all trades, oldest first. */
    static List<Feed.Tick> read() {
        var stream = BitstampTrades.class.getResourceAsStream(RESOURCE);
        if (stream == null) {
            throw new IllegalStateException(RESOURCE + " is not on the class path: add org.ta4j:ta4j-examples:0.18");
        }
        var ticks = new ArrayList<Feed.Tick>();
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.lines().skip(1).forEach(line -> ticks.add(parse(ticks.size() + 1L, line)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(ticks);
    }

    /** One line: seconds since 1970, dollars, bitcoin. */
    private static Feed.Tick parse(long sequence, String line) {
        int first = line.indexOf(',');
        int second = line.indexOf(',', first + 1);
        return new Feed.Tick(
                sequence,
                Instant.ofEpochSecond(Long.parseLong(line, 0, first, 10)),
                Decimals.plain(new BigDecimal(line.substring(first + 1, second))),
                Decimals.plain(new BigDecimal(line.substring(second + 1))));
    }
}
