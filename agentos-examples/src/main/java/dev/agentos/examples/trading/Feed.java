package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.time.Instant;

/** What strategies and broker are told. Everything carries the sequence number of a trade: order comes from data. */
sealed interface Feed {
    /** A trade of the market, in dollars and bitcoin; sequence numbers count from 1, without gaps. */
    record Tick(long sequence, Instant time, BigDecimal price, BigDecimal amount) implements Feed {}

    /** From a trader to the broker: no further order of its will answer this trade or an earlier one. */
    record Watermark(String trader, long sequence) implements Feed {}

    /** No trade comes after this one; 0 if there was none at all. */
    record End(long sequence) implements Feed {}
}
