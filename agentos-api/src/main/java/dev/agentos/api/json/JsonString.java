package dev.agentos.api.json;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JSON string.
 *
 * @param text the characters themselves, unescaped
 * @since 0.1
 */
public record JsonString(String text) implements JsonValue {

    /** Takes any characters, unpaired surrogates included: the text form escapes them. */
    public JsonString {
        Objects.requireNonNull(text, "text");
    }

    @Override
    public String kind() {
        return "string";
    }

    @Override
    public Object toJava() {
        return text;
    }

    // Written out, here and where else the gate compares: what the compiler makes for a record costs several times as
    // much.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof JsonString(var theirs) && text.equals(theirs);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return JsonText.of(this);
    }
}
