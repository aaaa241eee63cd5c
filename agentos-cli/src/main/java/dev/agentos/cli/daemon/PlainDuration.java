package dev.agentos.cli.daemon;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Durations as people say them: {@code 10 s}, {@code 1 h 30 min}. */
final class PlainDuration {
    /** What the runtime says of its own limits; nothing that an agent says looks like it by chance. */
    private static final Pattern LIMIT = Pattern.compile("(?<=\\bwithin )P[0-9DTHMS.]{2,40}(?![0-9A-Za-z])");

    private PlainDuration() {}

    /** {@return a message of the runtime, with its limits of time in words} */
    static String in(String message) {
        return LIMIT.matcher(message).replaceAll(found -> {
            String iso = found.group();
            // The full stop of a sentence is none of the duration.
            String end = iso.endsWith(".") ? "." : "";
            try {
                return of(Duration.parse(iso.substring(0, iso.length() - end.length()))) + end;
            } catch (DateTimeParseException e) {
                return iso;
            }
        });
    }

    /** {@return a duration to the millisecond, units of zero left out} */
    static String of(Duration duration) {
        var words = new StringJoiner(" ");
        add(words, duration.toDays(), "d");
        add(words, duration.toHoursPart(), "h");
        add(words, duration.toMinutesPart(), "min");
        add(words, duration.toSecondsPart(), "s");
        add(words, duration.toMillisPart(), "ms");
        return words.length() == 0 ? "0 s" : words.toString();
    }

    private static void add(StringJoiner words, long amount, String unit) {
        if (amount != 0) {
            words.add(amount + " " + unit);
        }
    }
}
