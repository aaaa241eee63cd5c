package dev.agentos.api.security;

import dev.agentos.api.Rate;
import dev.agentos.api.security.Constraint.Comparison;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;

/** Reads the constraints of the system's own keys. What is wrong is an {@code IllegalArgumentException}. */
final class TermParser {
    static final Set<String> KEYS =
            Set.of("uses", "expires", "rate", "maxBytes", "approval", "between", "max", "depth", "budget");

    private TermParser() {}

    static Term parse(Constraint constraint) {
        String key = constraint.key();
        if (constraint.comparison() != Comparison.EQUAL) {
            throw new IllegalArgumentException(
                    "'" + key + "' takes '=', not '" + constraint.comparison().symbol() + "'");
        }
        if (key.equals("between")) {
            return between(constraint.values());
        }
        if (constraint.values().size() != 1) {
            throw new IllegalArgumentException("'" + key + "' takes one value");
        }
        String value = constraint.values().getFirst();
        return switch (key) {
            case "uses" -> new Term.Uses(Units.parseCount(value));
            case "max" -> new Term.Max(Units.parseCount(value));
            case "depth" -> new Term.Depth(value.equals("0") ? 0 : Units.parseCount(value));
            case "budget" -> budget(value);
            case "maxBytes" -> new Term.MaxBytes(Units.parseBytes(value));
            case "expires" -> new Term.Expires(instant(value));
            case "approval" -> approval(value);
            case "rate" -> rate(value);
            default -> throw new IllegalArgumentException("'" + key + "' is not a key of the system");
        };
    }

    private static Term approval(String value) {
        if (!value.equals("required")) {
            throw new IllegalArgumentException("'approval' takes 'required', not '" + Escapes.escape(value) + "'");
        }
        return new Term.Approval();
    }

    private static Instant instant(String value) {
        try {
            return Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + Escapes.escape(value) + "' is not an instant such as 2026-12-31T23:59:59Z", e);
        }
    }

    private static Term rate(String value) {
        int slash = value.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + Escapes.escape(value) + "' is not a rate such as 100/1m");
        }
        return new Term.PerTime(
                new Rate(Units.parseCount(value.substring(0, slash)), Units.parseDuration(value.substring(slash + 1))));
    }

    private static Term budget(String value) {
        Budget budget = Budget.parse(value);
        if (KEYS.contains(budget.attribute())) {
            throw new IllegalArgumentException(
                    "a budget is of an attribute, and '" + budget.attribute() + "' is a key of the system");
        }
        return new Term.Spend(budget);
    }

    private static Term between(List<String> values) {
        var hours = values.stream().map(TermParser::hours).toList();
        if (Set.copyOf(hours).size() != hours.size()) {
            throw new IllegalArgumentException("'between' names the same time twice");
        }
        return new Term.Between(hours);
    }

    private static Term.Hours hours(String value) {
        int at = value.indexOf('@');
        String times = at < 0 ? value : value.substring(0, at);
        if (!times.matches("([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")) {
            throw new IllegalArgumentException("'" + Escapes.escape(value)
                    + "' is not a time of day such as 09:30-16:00 or 09:30-16:00@Europe/Berlin");
        }
        var from = LocalTime.parse(times.substring(0, 5));
        var to = LocalTime.parse(times.substring(6));
        if (from.equals(to)) {
            throw new IllegalArgumentException("'" + times + "' is no time at all");
        }
        return new Term.Hours(from, to, at < 0 ? ZoneOffset.UTC : zone(value.substring(at + 1)));
    }

    private static ZoneId zone(String id) {
        try {
            return ZoneId.of(id).normalized();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + Escapes.escape(id) + "' is not a time zone", e);
        }
    }
}
