package dev.agentos.api.security;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Constraint.Comparison;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An argument predicate, compiled: what an attribute of the action has to be. Allocates nothing when it accepts. */
final class AttributeTest implements Clause {
    private static final String PROGRAM_KEY = "argv0";
    private static final String BARE_PROGRAM = "program";
    private static final int EXCERPT_LENGTH = 80;

    /** JSON's numbers, with an exponent that BigDecimal can hold. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,9})?");

    private final Constraint constraint;
    private final String key;
    private final Comparison comparison;
    private final boolean isProgram;
    private final String[] texts;
    // The values that are numbers; the other places are null. A bound has exactly one.
    private final @Nullable BigDecimal[] numbers;

    private AttributeTest(Constraint constraint, String[] texts, @Nullable BigDecimal[] numbers) {
        this.constraint = constraint;
        this.key = constraint.key();
        this.comparison = constraint.comparison();
        this.isProgram = key.equals(PROGRAM_KEY);
        this.texts = texts;
        this.numbers = numbers;
    }

    /**
     * Compiles a constraint whose key is not the system's.
     *
     * @throws IllegalArgumentException if a bound is not one number
     */
    static AttributeTest of(Constraint constraint) {
        List<String> values = constraint.values();
        if (constraint.comparison() == Comparison.EQUAL) {
            if (constraint.key().equals(PROGRAM_KEY)) {
                values.stream().filter(value -> value.indexOf('/') >= 0).forEach(ResourceSyntax.FILE::canonical);
            }
            return compiled(constraint);
        }
        if (values.size() != 1 || constraint.key().equals(PROGRAM_KEY)) {
            throw new IllegalArgumentException(
                    "'" + constraint.key() + constraint.comparison().symbol() + "' takes one number"
                            + (constraint.key().equals(PROGRAM_KEY) ? ", and argv0 is none" : ""));
        }
        BigDecimal bound = parseNumber(values.getFirst());
        if (bound == null) {
            throw new IllegalArgumentException("'" + Escapes.escape(values.getFirst()) + "' is not a number");
        }
        String canonical = new JsonNumber(bound).toString();
        return compiled(new Constraint(constraint.key(), constraint.comparison(), List.of(canonical)));
    }

    private static AttributeTest compiled(Constraint constraint) {
        String[] texts = constraint.values().stream().sorted().toArray(String[]::new);
        var numbers = new @Nullable BigDecimal[texts.length];
        for (int i = 0; i < texts.length; i++) {
            numbers[i] = parseNumber(texts[i]);
        }
        return new AttributeTest(
                new Constraint(constraint.key(), constraint.comparison(), List.of(texts)), texts, numbers);
    }

    private static @Nullable BigDecimal parseNumber(String text) {
        return NUMBER.matcher(text).matches() ? new BigDecimal(text) : null;
    }

    @Override
    public Constraint constraint() {
        return constraint;
    }

    @Override
    public boolean isAkin(Clause other) {
        return other instanceof AttributeTest that && comparison == that.comparison && key.equals(that.key);
    }

    boolean accepts(Action action) {
        if (isProgram) {
            return acceptsProgram(action);
        }
        JsonValue actual = action.attributes().get(key);
        return actual != null && acceptsValue(actual);
    }

    private boolean acceptsValue(JsonValue actual) {
        if (!(actual instanceof JsonArray array)) {
            return acceptsScalar(actual);
        }
        List<JsonValue> elements = array.elements();
        // An empty list is no vacuous truth: for many tools it means "all".
        if (elements.isEmpty()) {
            return false;
        }
        for (int i = 0; i < elements.size(); i++) {
            if (!acceptsScalar(elements.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean acceptsScalar(JsonValue actual) {
        return switch (actual) {
            case JsonNumber number -> acceptsNumber(number.number());
            case JsonString string -> isAmong(string.text());
            case JsonBoolean bool -> isAmong(bool.toString());
            case JsonNull _, JsonArray _, JsonObject _ -> false;
        };
    }

    private boolean isAmong(String actual) {
        if (comparison != Comparison.EQUAL) {
            return false;
        }
        for (String text : texts) {
            if (text.equals(actual)) {
                return true;
            }
        }
        return false;
    }

    private boolean acceptsNumber(BigDecimal actual) {
        for (BigDecimal number : numbers) {
            if (number != null && accepts(actual.compareTo(number))) {
                return true;
            }
        }
        return false;
    }

    private boolean accepts(int order) {
        return switch (comparison) {
            case EQUAL -> order == 0;
            case AT_MOST -> order <= 0;
            case AT_LEAST -> order >= 0;
        };
    }

    private boolean acceptsProgram(Action action) {
        JsonValue path = action.attributes().get(PROGRAM_KEY);
        JsonValue name = action.attributes().get(BARE_PROGRAM);
        for (String text : texts) {
            JsonValue actual = text.indexOf('/') >= 0 ? path : name;
            if (actual instanceof JsonString string && string.text().equals(text)) {
                return true;
            }
        }
        return false;
    }

    /** Says why an action that was not accepted was not. */
    String miss(Action action) {
        JsonValue actual = action.attributes().get(key);
        if (actual == null) {
            return "it needs " + constraint + ", and the action has no " + key;
        }
        String shown = Escapes.escape(action.text(key));
        String excerpt = shown.length() <= EXCERPT_LENGTH ? shown : shown.substring(0, EXCERPT_LENGTH) + "…";
        return "it needs " + constraint + ", and " + key + " is " + excerpt;
    }

    /** By text, not by number: "1.0" also accepts the string 1.0, which "1" does not. */
    @Override
    public boolean isWithin(Clause wider) {
        if (!(wider instanceof AttributeTest other)) {
            return false;
        }
        return switch (comparison) {
            case EQUAL -> new HashSet<>(other.constraint.values()).containsAll(constraint.values());
            case AT_MOST, AT_LEAST -> {
                BigDecimal mine = numbers[0];
                BigDecimal theirs = other.numbers[0];
                yield mine != null && theirs != null && other.accepts(mine.compareTo(theirs));
            }
        };
    }

    @Override
    public Clause narrowed(Clause other) {
        if (comparison != Comparison.EQUAL || isWithin(other)) {
            return Clause.super.narrowed(other);
        }
        var common = new ArrayList<>(constraint.values());
        common.retainAll(other.constraint().values());
        if (common.isEmpty()) {
            throw new IllegalArgumentException("'" + other.constraint() + "' leaves nothing of '" + constraint + "'");
        }
        return compiled(new Constraint(key, Comparison.EQUAL, common));
    }
}
