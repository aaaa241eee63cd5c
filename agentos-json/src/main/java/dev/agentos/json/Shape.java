package dev.agentos.json;

import java.util.List;
import java.util.Map;

/** How the values of a Java type look in JSON. */
sealed interface Shape {
    /** Returns what messages say was expected. */
    String expected();

    /** JSON as it is: {@code JsonValue}, one of its records, or {@code Object} for plain Java data. */
    record Any(Class<?> type) implements Shape {
        @Override
        public String expected() {
            return switch (type.getSimpleName()) {
                case "JsonObject" -> "an object";
                case "JsonArray" -> "an array";
                case "JsonString" -> "a string";
                case "JsonNumber" -> "a number";
                case "JsonBoolean" -> "a boolean";
                case "JsonNull" -> "null";
                default -> "a value";
            };
        }
    }

    /** True or false. */
    record Bool() implements Shape {
        @Override
        public String expected() {
            return "a boolean";
        }
    }

    /** A number within the bounds of its Java type. */
    record Num(NumberForm form) implements Shape {
        @Override
        public String expected() {
            return form.expected();
        }
    }

    /** A string that a Java type reads. */
    record Text(TextForm<?> form) implements Shape {
        @Override
        public String expected() {
            return form.expected();
        }
    }

    /** A string that is the name of a constant. */
    record Enumerated(Class<?> type, Map<String, Object> constants) implements Shape {
        @Override
        public String expected() {
            return "one of " + String.join(", ", constants.keySet());
        }
    }

    /** An array. */
    record Sequence(Container container, Class<?> elementType, Shape element) implements Shape {
        /** What the elements are put into. */
        enum Container {
            LIST,
            SET,
            ARRAY
        }

        @Override
        public String expected() {
            return "an array";
        }
    }

    /** An object whose members are all alike. */
    record Mapping(Shape value) implements Shape {
        @Override
        public String expected() {
            return "an object";
        }
    }

    /** An object with the constants of an enum for names. */
    record EnumMapping(Enumerated key, Shape value) implements Shape {
        @Override
        public String expected() {
            return "an object";
        }
    }

    /** A value that may be left out: {@code Optional}. */
    record Maybe(Shape value) implements Shape {
        @Override
        public String expected() {
            return value.expected();
        }
    }

    /** One of the records of a sealed interface, told apart by the member {@code type}: the simple name of the record. */
    record Union(Class<?> type, Map<String, Structure> alternatives) implements Shape {
        /** The member that names the record. */
        static final String TAG = "type";

        @Override
        public String expected() {
            return "an object whose " + TAG + " is one of " + String.join(", ", alternatives.keySet());
        }
    }

    /**
     * A record. Not one itself, because a record may contain itself: its components are known after it is.
     */
    final class Structure implements Shape {
        private final Class<?> type;
        private final boolean tagged;
        private List<Component> components = List.of();

        Structure(Class<?> type, boolean tagged) {
            this.type = type;
            this.tagged = tagged;
        }

        /** Completes this; called once, before anybody else sees it. */
        void complete(List<Component> all) {
            components = List.copyOf(all);
        }

        Class<?> type() {
            return type;
        }

        /** Returns whether the record belongs to a sealed interface, so that it says which it is. */
        boolean tagged() {
            return tagged;
        }

        List<Component> components() {
            return components;
        }

        @Override
        public String expected() {
            return "an object";
        }
    }

    /**
     * A component of a record.
     *
     * @param required whether the schema asks for it
     * @param nullable whether null stands for a member that is missing
     * @param doc what it means; empty if that is not said
     */
    record Component(String name, Shape shape, boolean required, boolean nullable, String doc) {}
}
