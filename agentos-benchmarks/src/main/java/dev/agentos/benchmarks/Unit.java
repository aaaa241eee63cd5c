package dev.agentos.benchmarks;

import java.util.Locale;

/** What a number counts, and how it is written. */
enum Unit {
    /** A span of time. */
    NANOS,
    /** Times a second. */
    PER_SECOND,
    /** Bytes. */
    BYTES,
    /** Percent of one core. */
    PERCENT,
    /** Threads. */
    THREADS,
    /** How many of one for one of the other. */
    TIMES;

    private static final double STEP = 1_000;

    /** {@return the number with three digits that say something} */
    String text(double value) {
        return switch (this) {
            case NANOS -> time(value);
            case PER_SECOND -> whole(value) + "/s";
            case BYTES -> whole(value) + " B";
            case PERCENT -> String.format(Locale.ROOT, "%.2f %%", value);
            case THREADS -> whole(value) + " threads";
            case TIMES -> plain(value) + " ×";
        };
    }

    private static String time(double nanos) {
        if (nanos < STEP) {
            return plain(nanos) + " ns";
        }
        if (nanos < STEP * STEP) {
            return plain(nanos / STEP) + " µs";
        }
        return plain(nanos / STEP / STEP) + " ms";
    }

    /** {@return the number with two or three digits that say something} */
    static String plain(double value) {
        String format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
        String text = String.format(Locale.ROOT, format, value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,d", Math.round(value));
    }
}
