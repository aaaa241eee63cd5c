package dev.agentos.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The formats that our own schemas name. A string is of the format if the Java type behind it takes it: what a schema
 * accepts is then never refused afterwards.
 */
final class Formats {
    private static final Map<String, Function<String, ?>> PARSERS = Map.of(
            "date-time", Formats::instant,
            "date", LocalDate::parse,
            "duration", Duration::parse,
            "uuid", Formats::uuid);

    private Formats() {}

    /** Returns the formats known here. */
    static Iterable<String> names() {
        return PARSERS.keySet();
    }

    static boolean isKnown(String format) {
        return PARSERS.containsKey(format);
    }

    /** Returns whether a text is of a known format. */
    static boolean matches(String format, String text) {
        @Nullable Function<String, ?> parser = PARSERS.get(format);
        if (parser == null) {
            throw new IllegalArgumentException("unknown format " + format);
        }
        try {
            var _ = parser.apply(text);
            return true;
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            return false;
        }
    }

    /** Takes what {@code Instant} takes and what {@code OffsetDateTime} takes: they differ in seconds left out. */
    static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return OffsetDateTime.parse(text).toInstant();
        }
    }

    /** Takes what {@link #instant} takes, since one schema stands for both: a leap second, for one. */
    static OffsetDateTime offsetDateTime(String text) {
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            return Instant.parse(text).atOffset(ZoneOffset.UTC);
        }
    }

    /** Java's own reader takes shorter groups, so that one UUID had many spellings. */
    static UUID uuid(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not the 36 characters of a UUID");
        }
        return uuid;
    }
}
