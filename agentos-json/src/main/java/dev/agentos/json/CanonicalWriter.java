package dev.agentos.json;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the canonical form of RFC 8785: one text for one value, whatever order its members came in.
 *
 * <p>Ours rather than a library's: with numbers in {@link EcmaNumber} and strings escaped by the API as ECMAScript does,
 * what is left is to sort.
 */
final class CanonicalWriter {
    private final StringBuilder out = new StringBuilder();

    private CanonicalWriter() {}

    /**
     * Returns the canonical text.
     *
     * @throws JsonException for a number that a double would change, or half of a surrogate pair, which has no UTF-8 form
     */
    static String write(JsonValue value) {
        var writer = new CanonicalWriter();
        writer.append(value);
        return writer.out.toString();
    }

    private void append(JsonValue value) {
        switch (value) {
            case JsonObject(var members) -> appendMembers(members);
            case JsonArray array -> {
                String separator = "[";
                for (JsonValue element : array.elements()) {
                    out.append(separator);
                    append(element);
                    separator = ",";
                }
                out.append(array.size() == 0 ? "[]" : "]");
            }
            case JsonString(var text) -> appendQuoted(text);
            case JsonNumber(var number) -> out.append(EcmaNumber.text(number));
            case JsonBoolean(var bool) -> out.append(bool);
            case JsonNull() -> out.append("null");
        }
    }

    private void appendMembers(Map<String, JsonValue> members) {
        // String compares by UTF-16 code units, which is the order of section 3.2.3.
        String separator = "{";
        for (var member : new TreeMap<>(members).entrySet()) {
            out.append(separator);
            appendQuoted(member.getKey());
            out.append(':');
            append(member.getValue());
            separator = ",";
        }
        out.append(members.isEmpty() ? "{}" : "}");
    }

    private void appendQuoted(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!isPair(text, i)) {
                    throw new JsonException(
                            0, "half of a surrogate pair in " + new JsonString(text) + " has no canonical form", null);
                }
                i++;
            }
        }
        out.append(new JsonString(text));
    }

    private static boolean isPair(String text, int at) {
        return at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
    }
}
