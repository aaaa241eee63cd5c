package dev.agentos.examples.trading;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds candles of equal length from trades; a span without a trade has no candle. Not thread-safe. */
final class Candles {
    private final Duration length;
    private @Nullable Candle open;

    Candles(Duration length) {
        this.length = length;
    }

    /** {@return when the span that holds an instant begins} */
    static Instant startOf(Instant time, Duration length) {
        long seconds = length.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
    }

    /** Adds a trade, and returns the candle that it ends by being the first of the next, if it does. */
    Optional<Candle> add(Feed.Tick tick) {
        Instant start = startOf(tick.time(), length);
        Candle current = open;
        if (current == null || start.isAfter(current.start())) {
            open = Candle.of(start, tick);
            return Optional.ofNullable(current);
        }
        open = current.with(tick);
        return Optional.empty();
    }
}
