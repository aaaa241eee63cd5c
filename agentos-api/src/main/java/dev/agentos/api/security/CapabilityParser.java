package dev.agentos.api.security;

import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.security.Capability.Scope;
import dev.agentos.api.security.Constraint.Comparison;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/*
 * cap = type ':' pattern SP action *(',' action) *(';' SP key op value *(',' value))
 *
 * The text is printable ASCII, and none of its delimiters can stand inside of what it delimits (see Escapes): so cutting
 * at them needs no look-ahead, and there is one way to read a text or none. Each part is checked by whoever owns its
 * meaning, with an IllegalArgumentException; this class adds the place.
 */
/** Reads one text of the capability language, once. Not thread-safe. */
final class CapabilityParser {
    private static final int MAX_VALUES = 256;
    private static final int EXCERPT_LENGTH = 100;

    /** Clauses are told apart by key and operator: a range has two of one key. */
    private static final Comparator<Constraint> ORDER =
            Comparator.comparing(Constraint::key).thenComparing(Constraint::comparison);

    private final String text;

    CapabilityParser(String text) {
        this.text = Objects.requireNonNull(text, "text");
        if (text.length() > Capability.MAX_LENGTH) {
            throw new InvalidCapabilityException(
                    visible(text.substring(0, EXCERPT_LENGTH)) + "…",
                    Capability.MAX_LENGTH,
                    "longer than " + Capability.MAX_LENGTH + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                throw problem(
                        i,
                        "not a printable ASCII character; write it as '"
                                + Escapes.escape(Character.toString(text.codePointAt(i))) + "'");
            }
        }
    }

    Capability parse() {
        int space = text.indexOf(' ');
        if (space < 0) {
            throw problem(text.length(), "a space and the permitted actions are missing, as in 'file:/data/** read'");
        }
        int end = endOfPart(space);
        String verbs = text.substring(space + 1, end);
        Scope scope = scope(text.substring(0, space), space + 1, Arrays.asList(verbs.split(",", -1)));
        var clauses = end == text.length()
                ? Collections.<Clause>emptyList()
                : clauses(behind(end), scope).values();
        return at(0, () -> new Capability(scope, clauses));
    }

    /** Builds from parts: joined and parsed, one part could smuggle in the next. */
    static Capability build(String resource, List<String> verbs) {
        var parser = new CapabilityParser(resource);
        Scope scope = parser.scope(resource, 0, verbs);
        return parser.at(0, () -> new Capability(scope, List.of()));
    }

    /** Adds the constraints that the text consists of to those that are there. */
    Capability narrow(Scope scope, Collection<Clause> present) {
        var added = clauses(0, scope).values();
        return at(0, () -> narrowed(scope, present, added));
    }

    /**
     * Adds constraints to those that are there.
     *
     * @throws IllegalArgumentException if they cannot be combined
     */
    static Capability narrowed(Scope scope, Collection<Clause> present, Collection<Clause> added) {
        var merged = new TreeMap<Constraint, Clause>(ORDER);
        present.forEach(clause -> merged.put(clause.constraint(), clause));
        added.forEach(clause -> merged.merge(clause.constraint(), clause, Clause::narrowed));
        return new Capability(scope, merged.values());
    }

    private Scope scope(String resource, int verbsAt, List<String> verbs) {
        int colon = resource.indexOf(':');
        if (colon < 0) {
            throw problem(0, "a resource starts with its type and a colon, as in 'file:/data'");
        }
        String type = resource.substring(0, colon);
        at(0, () -> Names.checkType(type));
        var pattern = at(colon + 1, () -> ResourcePattern.of(type, resource.substring(colon + 1)));
        return new Scope(type, pattern, at(verbsAt, () -> verbs(verbs)));
    }

    private static SortedSet<String> verbs(List<String> verbs) {
        if (verbs.isEmpty()) {
            throw new IllegalArgumentException("no action is permitted");
        }
        var sorted = new TreeSet<String>();
        for (String verb : verbs) {
            Names.checkVerb(verb);
            if (!sorted.add(verb)) {
                throw new IllegalArgumentException("the action '" + verb + "' is given twice");
            }
        }
        return Collections.unmodifiableSortedSet(sorted);
    }

    private SortedMap<Constraint, Clause> clauses(int start, Scope scope) {
        var clauses = new TreeMap<Constraint, Clause>(ORDER);
        int from = start;
        while (true) {
            int end = endOfPart(from);
            String part = text.substring(from, end);
            Clause clause = at(from, () -> clause(part, scope));
            if (clauses.put(clause.constraint(), clause) != null) {
                throw problem(from, "'" + clause.id() + "' is given twice");
            }
            if (end == text.length()) {
                return clauses;
            }
            from = behind(end);
        }
    }

    private static Clause clause(String part, Scope scope) {
        Constraint constraint = constraint(part);
        if (constraint.key().equals("max")
                && !(scope.type().equals("agent") && scope.verbs().contains("spawn"))) {
            throw new IllegalArgumentException(
                    "'max' limits the agents that 'agent:… spawn' permits, and nothing else");
        }
        return constraint.isSystem() ? TermParser.parse(constraint) : AttributeTest.of(constraint);
    }

    private static Constraint constraint(String part) {
        int operator = 0;
        while (operator < part.length() && "<>=".indexOf(part.charAt(operator)) < 0) {
            operator++;
        }
        String key = part.substring(0, operator);
        Names.checkKey(key);
        if (TermParser.KEYS.stream().anyMatch(known -> known.equalsIgnoreCase(key) && !known.equals(key))) {
            throw new IllegalArgumentException("'" + key + "' is almost a key of the system, and not one");
        }
        String rest = part.substring(operator);
        for (Comparison comparison : Comparison.values()) {
            if (rest.startsWith(comparison.symbol())) {
                return new Constraint(
                        key,
                        comparison,
                        values(rest.substring(comparison.symbol().length())));
            }
        }
        throw new IllegalArgumentException("the key '" + key + "' is not followed by '=', '<=' or '>='");
    }

    private static List<String> values(String text) {
        String[] values = text.split(",", -1);
        if (values.length > MAX_VALUES) {
            throw new IllegalArgumentException("a key has at most " + MAX_VALUES + " values");
        }
        var decoded = Arrays.stream(values).map(Escapes::decode).toList();
        if (decoded.stream().distinct().count() != decoded.size()) {
            throw new IllegalArgumentException("a value is given twice");
        }
        return decoded;
    }

    private int endOfPart(int from) {
        int end = text.indexOf(';', from);
        return end < 0 ? text.length() : end;
    }

    /** The start of what comes after a semicolon. */
    private int behind(int semicolon) {
        if (!text.startsWith("; ", semicolon)) {
            throw problem(semicolon + 1, "';' is followed by one space and a constraint");
        }
        return semicolon + 2;
    }

    private void at(int position, Runnable check) {
        at(position, () -> {
            check.run();
            return true;
        });
    }

    private <T> T at(int position, Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            throw problem(position, String.valueOf(e.getMessage()));
        }
    }

    private InvalidCapabilityException problem(int position, String problem) {
        return new InvalidCapabilityException(visible(text), position, problem);
    }

    /** Line breaks and overrides of direction in a hostile text must not get into logs and terminals. */
    private static String visible(String text) {
        return text.codePoints()
                .mapToObj(Character::toString)
                .map(c -> c.charAt(0) >= ' ' && c.charAt(0) <= '~' ? c : Escapes.escape(c))
                .collect(Collectors.joining());
    }
}
