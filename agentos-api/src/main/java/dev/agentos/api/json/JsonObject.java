package dev.agentos.api.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON object: named members, which keep the order they were given in.
 *
 * <p>Two objects with the same members are equal, whatever the order.
 *
 * @param members unmodifiable
 * @since 0.1
 */
public record JsonObject(Map<String, JsonValue> members) implements JsonValue {

    /** The object without members. */
    public static final JsonObject EMPTY = new JsonObject(Map.of());

    /** Copies the members, in the order in which the map iterates over them. */
    public JsonObject {
        members = Members.copyOf(members);
    }

    /** {@return a builder without members} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the member of that name, empty if there is none} */
    public Optional<JsonValue> get(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /** {@return whether there is a member of that name, null or not} */
    public boolean has(String name) {
        return members.containsKey(name);
    }

    /**
     * Returns a copy with one member more, or with another value in its old place.
     *
     * @param value anything that {@link JsonValue#of(Object)} understands
     */
    public JsonObject with(String name, @Nullable Object value) {
        var changed = new Members.Growing();
        members.forEach(changed::put);
        changed.put(name, JsonValue.of(value));
        return new JsonObject(changed.members());
    }

    @Override
    public String kind() {
        return "object";
    }

    @Override
    public JsonObject asObject() {
        return this;
    }

    @Override
    public Object toJava() {
        var plain = new LinkedHashMap<String, @Nullable Object>();
        members.forEach((name, value) -> plain.put(name, value.toJava()));
        return Collections.unmodifiableMap(plain);
    }

    /** Whether it has the same members, in whatever order. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof JsonObject(var theirs) && members.equals(theirs);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return JsonText.of(this);
    }

    /** Collects members in order. Not thread-safe. */
    public static final class Builder {
        private final Members.Growing members = new Members.Growing();

        private Builder() {}

        /**
         * Adds one member.
         *
         * @param value anything that {@link JsonValue#of(Object)} understands
         * @throws IllegalArgumentException if there is a member of that name already, or the value is not understood
         */
        public Builder put(String name, @Nullable Object value) {
            Objects.requireNonNull(name, "name");
            JsonValue converted = JsonValue.of(value);
            if (members.has(name)) {
                throw new IllegalArgumentException("member " + name + " is given twice");
            }
            members.put(name, converted);
            return this;
        }

        /** {@return the object; the builder can go on and build again} */
        public JsonObject build() {
            return new JsonObject(members.members());
        }
    }
}
