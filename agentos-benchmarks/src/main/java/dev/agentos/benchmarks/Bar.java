package dev.agentos.benchmarks;

import org.jspecify.annotations.Nullable;

/** What a row of the table has to reach. */
sealed interface Bar {
    /** At most so many times the peer's number. */
    record Ratio(double most) implements Bar {}

    /** At most this, whatever the peer does. */
    record Most(double value) implements Bar {}

    /** At least this, whatever the peer does. */
    record Least(double value) implements Bar {}

    /** {@return whether our number reaches it} A ratio without a peer is never reached: nothing was shown. */
    default boolean isMet(double ours, @Nullable Double peer) {
        return switch (this) {
            case Ratio(double most) -> peer != null && ours <= most * peer;
            case Most(double value) -> ours <= value;
            case Least(double value) -> ours >= value;
        };
    }

    /** {@return the bar in words} */
    default String text(Unit unit) {
        return switch (this) {
            case Ratio(double most) -> most == 1 ? "≤ Pekko" : "≤ " + Unit.plain(most) + " × Pekko";
            case Most(double value) -> "≤ " + unit.text(value);
            case Least(double value) -> "≥ " + unit.text(value);
        };
    }
}
