package dev.agentos.json.spec;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them in files: {@code 250ms}, {@code 90s}, {@code 5m}, {@code 2h}, {@code 1d} or ISO 8601. */
final class Durations {
    /** What messages say was expected. */
    static final String EXPECTED = "a duration such as 250ms, 90s, 5m, 2h, 1d or PT1M30S";

    private static final Pattern SHORT = Pattern.compile("([0-9]{1,18})(ms|s|m|h|d)");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);

    private Durations() {}

    /**
     * Returns the duration that a text says.
     *
     * @throws IllegalArgumentException if it says none
     */
    static Duration parse(String text) {
        Matcher matcher = SHORT.matcher(text);
        try {
            return matcher.matches()
                    ? Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)))
                    : Duration.parse(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("expected " + EXPECTED + ", got '" + text + "'", e);
        }
    }
}
