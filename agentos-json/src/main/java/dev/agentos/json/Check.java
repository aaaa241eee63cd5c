package dev.agentos.json;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One compiled keyword of a schema, or several that are looked at together. Never names the value in what it finds, which
 * may be a secret. Thread-safe.
 */
interface Check {
    /** Looks at a value. */
    void check(JsonValue value, Findings findings);

    /** Nothing is right: the schema {@code false}. */
    record Never() implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            findings.expected("nothing here");
        }
    }

    /** All of several. */
    record All(List<Check> parts) implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            for (int i = 0; i < parts.size(); i++) {
                parts.get(i).check(value, findings);
            }
        }
    }

    /** {@code type} */
    record Kinds(Set<String> kinds, boolean integersOnly, String expected) implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            boolean matches = value instanceof JsonNumber(var number)
                    ? kinds.contains("number") || (integersOnly && number.scale() <= 0)
                    : kinds.contains(value.kind());
            if (!matches) {
                findings.expected(expected + ", got " + value.kind());
            }
        }
    }

    /** {@code properties}, {@code required} and {@code additionalProperties} */
    record Members(
            Map<String, Check> properties,
            List<String> required,
            @Nullable Check others) implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            if (!(value instanceof JsonObject(var members))) {
                return;
            }
            for (String name : required) {
                if (!members.containsKey(name)) {
                    findings.enter(name);
                    findings.expected("a value, but it is missing");
                    findings.leave();
                }
            }
            members.forEach((name, member) -> {
                findings.enter(name);
                checkMember(name, member, findings);
                findings.leave();
            });
        }

        private void checkMember(String name, JsonValue value, Findings findings) {
            Check own = properties.get(name);
            if (own != null) {
                own.check(value, findings);
            } else if (others instanceof Never) {
                findings.expected("no such member, only " + String.join(", ", properties.keySet()));
            } else if (others != null) {
                others.check(value, findings);
            }
        }
    }

    /** {@code items} */
    record Elements(Check each) implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            if (value instanceof JsonArray array) {
                for (int i = 0; i < array.size(); i++) {
                    findings.enter(i);
                    each.check(array.elements().get(i), findings);
                    findings.leave();
                }
            }
        }
    }

    /** {@code uniqueItems} */
    record Unique() implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            if (value instanceof JsonArray array && new HashSet<>(array.elements()).size() != array.size()) {
                findings.expected("no element twice");
            }
        }
    }

    /** {@code enum} and {@code const} */
    record OneOf(Set<JsonValue> values) implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            if (!values.contains(value)) {
                String all = values.stream().map(JsonValue::toString).collect(Collectors.joining(", "));
                findings.expected(values.size() == 1 ? all : "one of " + all);
            }
        }
    }

    /** {@code minimum}, {@code maximum} and the exclusive ones: how the number has to compare with the bound. */
    record Bound(BigDecimal bound, boolean upper, boolean exclusive) implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            if (!(value instanceof JsonNumber(var number))) {
                return;
            }
            int comparison = upper ? bound.compareTo(number) : number.compareTo(bound);
            if (comparison < 0 || (exclusive && comparison == 0)) {
                String word =
                        upper ? (exclusive ? "less than " : "at most ") : (exclusive ? "more than " : "at least ");
                findings.expected(word + new JsonNumber(bound)); // 100, where BigDecimal has 1E+2
            }
        }
    }

    /** The keywords that count: characters of a string, elements of an array or members of an object. */
    record Count(String kind, int bound, boolean upper) implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            if (!value.kind().equals(kind)) {
                return;
            }
            int count = switch (value) {
                // By code points, as the specification counts.
                case JsonString(var text) -> text.codePointCount(0, text.length());
                case JsonArray array -> array.size();
                case JsonObject(var members) -> members.size();
                default -> throw new IllegalStateException("nothing to count in " + kind);
            };
            if (upper ? count > bound : count < bound) {
                String what = kind.equals("string") ? "characters" : kind.equals("array") ? "elements" : "members";
                findings.expected((upper ? "at most " : "at least ") + bound + " " + what + ", got " + count);
            }
        }
    }

    /** {@code format} */
    record Formatted(String format) implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            if (value instanceof JsonString(var text) && !Formats.matches(format, text)) {
                findings.expected("a string of the format " + format);
            }
        }
    }

    /** {@code anyOf} */
    record AnyOf(List<Check> alternatives) implements Check {
        @Override
        public void check(JsonValue value, Findings findings) {
            for (Check alternative : alternatives) {
                var tried = new Findings();
                alternative.check(value, tried);
                if (tried.isEmpty()) {
                    return;
                }
            }
            findings.expected("a match of one of " + alternatives.size() + " alternatives");
        }
    }
}
