package dev.agentos.api.json;

import java.util.Objects;

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

    @Override
    public String toString() {
        return JsonText.of(this);
    }
}
