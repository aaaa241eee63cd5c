package dev.agentos.api.security;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Quantities with a unit, as the system's keys write them: {@code 100kB}, {@code 90s}. Whole numbers only. */
final class Units {
    private static final SequencedMap<String, Long> BYTES = new LinkedHashMap<>();
    private static final SequencedMap<String, Long> MILLIS = new LinkedHashMap<>();

    // Largest first: a quantity is written in the first unit that divides it.
    static {
        BYTES.put("GiB", 1L << 30);
        BYTES.put("GB", 1_000_000_000L);
        BYTES.put("MiB", 1L << 20);
        BYTES.put("MB", 1_000_000L);
        BYTES.put("KiB", 1L << 10);
        BYTES.put("kB", 1_000L);
        BYTES.put("B", 1L);
        MILLIS.put("d", 86_400_000L);
        MILLIS.put("h", 3_600_000L);
        MILLIS.put("m", 60_000L);
        MILLIS.put("s", 1_000L);
        MILLIS.put("ms", 1L);
    }

    private Units() {}

    /** Reads a positive number without leading zeros. */
    static long parseCount(String text) {
        if (!text.matches("[1-9][0-9]{0,18}")) {
            throw new IllegalArgumentException("'" + Escapes.escape(text) + "' is not a whole number from 1 on");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is too large", e);
        }
    }

    static long parseBytes(String text) {
        return parse(text, BYTES);
    }

    static Duration parseDuration(String text) {
        return Duration.ofMillis(parse(text, MILLIS));
    }

    static String writeBytes(long bytes) {
        return write(bytes, BYTES);
    }

    static String writeDuration(Duration duration) {
        return write(duration.toMillis(), MILLIS);
    }

    private static long parse(String text, Map<String, Long> units) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        Long unit = units.get(text.substring(digits));
        if (unit == null) {
            throw new IllegalArgumentException(
                    "'" + Escapes.escape(text) + "' does not end in a unit of " + String.join(", ", units.keySet()));
        }
        try {
            return Math.multiplyExact(parseCount(text.substring(0, digits)), unit);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is too large", e);
        }
    }

    private static String write(long quantity, SequencedMap<String, Long> units) {
        for (var unit : units.entrySet()) {
            if (quantity % unit.getValue() == 0) {
                return quantity / unit.getValue() + unit.getKey();
            }
        }
        throw new IllegalStateException("the smallest unit divides everything");
    }
}
