package dev.agentos.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Times and durations as people write and read them. */
final class Times {
    private static final Pattern SIMPLE = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    private Times() {}

    /**
     * Reads {@code 250ms}, {@code 90s}, {@code 5m}, {@code 2h}, {@code 1d} or ISO 8601.
     *
     * @throws IllegalArgumentException if it is none of these, or negative
     */
    static Duration duration(String text) {
        var simple = SIMPLE.matcher(text);
        if (simple.matches()) {
            long amount = Long.parseLong(simple.group(1));
            return switch (simple.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Said below, together with negative ones.
        }
        throw new IllegalArgumentException("'" + text + "' is no duration: write 250ms, 90s, 5m, 2h, 1d or ISO 8601");
    }

    /**
     * Reads a moment: ISO 8601, with or without a zone (that of the machine), or how long ago it was, as in {@code 10m}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static Instant moment(String text) {
        try {
            return Instant.now().minus(duration(text));
        } catch (IllegalArgumentException noDuration) {
            // Most are none.
        }
        try {
            return DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from)
                            instanceof ZonedDateTime zoned
                    ? zoned.toInstant()
                    : LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no time: write 2026-01-01T12:00:00Z, 2026-01-01T12:00 or how long ago: 10m");
        }
    }

    /** A moment in the time zone of the machine, to the second. */
    static String seconds(String instant) {
        return SECONDS.format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
    }

    /** A moment in the time zone of the machine, to the millisecond. */
    static String millis(String instant) {
        return MILLIS.format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
    }
}
