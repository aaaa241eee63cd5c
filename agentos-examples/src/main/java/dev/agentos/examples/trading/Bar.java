package dev.agentos.examples.trading;

import org.jspecify.annotations.Nullable;

/**
 * A candle, and what the strategy read in it.
 *
 * @param fast the short moving average at its close; null while there are too few candles for it
 * @param slow the long one
 */
record Bar(Candle candle, @Nullable Double fast, @Nullable Double slow) {}
