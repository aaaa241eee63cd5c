package dev.agentos.api.json;

import org.jspecify.annotations.Nullable;

/**
 * JSON's null: a value that is there and says nothing, unlike a member that is absent.
 *
 * @since 0.1
 */
public record JsonNull() implements JsonValue {

    /** The one that everybody can share. */
    public static final JsonNull NULL = new JsonNull();

    @Override
    public String kind() {
        return "null";
    }

    @Override
    public boolean isNull() {
        return true;
    }

    @Override
    public @Nullable Object toJava() {
        return null;
    }

    @Override
    public String toString() {
        return "null";
    }
}
