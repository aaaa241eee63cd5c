package dev.agentos.api.security;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One condition of a capability: a key, a comparison and the values, any of which will do.
 *
 * <p>Of the system's keys ({@code uses}, {@code expires}, {@code rate}, {@code maxBytes}, {@code approval},
 * {@code between}, {@code max}, {@code depth}, {@code budget}) or an attribute of the action. {@link #toString()} is its text form,
 * {@code symbol=AAPL,MSFT}.
 *
 * @param key as in the text
 * @param comparison how the values are meant
 * @param values unescaped, never empty, unmodifiable; sorted where the order means nothing
 * @since 0.1
 */
public record Constraint(String key, Comparison comparison, List<String> values) {

    /** How an attribute is compared with the values of a constraint. */
    public enum Comparison {
        /** Equal to one of the values: strings by their text, numbers by their value. */
        EQUAL("="),
        /** A number that is the value or less. */
        AT_MOST("<="),
        /** A number that is the value or more. */
        AT_LEAST(">=");

        private final String symbol;

        Comparison(String symbol) {
            this.symbol = symbol;
        }

        /** {@return the operator of the text form} */
        public String symbol() {
            return symbol;
        }
    }

    /** Checks that there is a name and a value, and copies. */
    public Constraint {
        Names.checkKey(key);
        Objects.requireNonNull(comparison, "comparison");
        values = List.copyOf(values);
        if (values.isEmpty() || values.contains("")) {
            throw new IllegalArgumentException("the key '" + key + "' has no value");
        }
    }

    /** {@return whether the key is one of the system's, rather than an attribute of the action} */
    public boolean isSystem() {
        return Term.isKey(key);
    }

    /** {@return the text form, escaped} */
    @Override
    public String toString() {
        return values.stream().map(Escapes::escape).collect(Collectors.joining(",", key + comparison.symbol(), ""));
    }
}
