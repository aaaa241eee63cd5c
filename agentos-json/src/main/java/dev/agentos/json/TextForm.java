package dev.agentos.json;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Capability;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A type whose values are strings in JSON.
 *
 * @param expected what messages call it
 * @param format the format that the schema names; empty if there is none that says the same
 */
record TextForm<T>(
        Class<T> type, String expected, String format, Function<String, T> parse, Function<? super T, String> print) {
    private static final Map<Class<?>, TextForm<?>> FORMS = Stream.<TextForm<?>>of(
                    of(String.class, "a string", "", text -> text),
                    of(Character.class, "a string of one character", "", TextForm::character),
                    of(char.class, "a string of one character", "", TextForm::character),
                    of(Instant.class, "an ISO-8601 date and time with offset", "date-time", Formats::instant),
                    new TextForm<>(
                            OffsetDateTime.class,
                            "an ISO-8601 date and time with offset",
                            "date-time",
                            Formats::offsetDateTime,
                            // Its toString leaves out seconds of zero, which RFC 3339 does not allow.
                            DateTimeFormatter.ISO_OFFSET_DATE_TIME::format),
                    of(ZonedDateTime.class, "an ISO-8601 date and time with zone", "", ZonedDateTime::parse),
                    of(LocalDateTime.class, "an ISO-8601 date and time", "", LocalDateTime::parse),
                    of(LocalDate.class, "an ISO-8601 date", "date", LocalDate::parse),
                    of(LocalTime.class, "an ISO-8601 time", "", LocalTime::parse),
                    of(YearMonth.class, "an ISO-8601 month", "", YearMonth::parse),
                    of(Duration.class, "an ISO-8601 duration such as PT1M30S", "duration", Duration::parse),
                    of(Period.class, "an ISO-8601 period such as P1M", "", Period::parse),
                    of(ZoneId.class, "a time zone", "", ZoneId::of),
                    of(ZoneOffset.class, "an offset from UTC", "", ZoneOffset::of),
                    of(UUID.class, "a UUID", "uuid", Formats::uuid),
                    of(URI.class, "a URI", "", URI::create),
                    of(Path.class, "a path", "", Path::of),
                    of(Address.class, "an address", "", Address::of),
                    of(AgentId.class, "an agent id", "", AgentId::parse),
                    of(Capability.class, "a capability", "", Capability::parse))
            .collect(Collectors.toUnmodifiableMap(TextForm::type, form -> form));

    private static <T> TextForm<T> of(Class<T> type, String expected, String format, Function<String, T> parse) {
        return new TextForm<>(type, expected, format, parse, Object::toString);
    }

    /** Returns the form of a declared type; null if it has none. */
    static @Nullable TextForm<?> of(Class<?> type) {
        return FORMS.get(type);
    }

    /** Returns the text of a value; null if it has none. */
    static @Nullable String textOf(Object value) {
        TextForm<?> form = FORMS.get(value.getClass());
        if (form == null) {
            // The two whose values are of hidden subtypes.
            return value instanceof ZoneId || value instanceof Path ? value.toString() : null;
        }
        return form.print(value);
    }

    private String print(Object value) {
        return value instanceof Character c ? c.toString() : print.apply(type.cast(value));
    }

    private static Character character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException("length " + text.length());
        }
        return text.charAt(0);
    }
}
