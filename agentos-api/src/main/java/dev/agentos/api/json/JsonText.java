package dev.agentos.api.json;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.Map;

/** Writes values as compact JSON text. */
final class JsonText {
    /** From 10^21 on numbers are written with an exponent, where ECMAScript starts too. */
    private static final int PLAIN_DIGITS = 21;

    private static final int EXCERPT_LENGTH = 60;
    private static final HexFormat HEX = HexFormat.of();

    private final StringBuilder out = new StringBuilder();

    private JsonText() {}

    static String of(JsonValue value) {
        var text = new JsonText();
        text.append(value);
        return text.out.toString();
    }

    /** The beginning of a value, for messages. */
    static String excerpt(JsonValue value) {
        String text = of(value);
        return text.length() <= EXCERPT_LENGTH ? text : text.substring(0, EXCERPT_LENGTH) + "…";
    }

    private void append(JsonValue value) {
        switch (value) {
            case JsonObject(var members) -> appendMembers(members);
            case JsonArray array -> {
                out.append('[');
                String separator = "";
                for (JsonValue element : array.elements()) {
                    out.append(separator);
                    append(element);
                    separator = ",";
                }
                out.append(']');
            }
            case JsonString(var text) -> appendQuoted(text);
            case JsonNumber(var number) -> out.append(numberText(number));
            case JsonBoolean(var bool) -> out.append(bool);
            case JsonNull() -> out.append("null");
        }
    }

    private void appendMembers(Map<String, JsonValue> members) {
        out.append('{');
        String separator = "";
        for (var member : members.entrySet()) {
            out.append(separator);
            appendQuoted(member.getKey());
            out.append(':');
            append(member.getValue());
            separator = ",";
        }
        out.append('}');
    }

    /** Stripped numbers have a negative scale where they end in zeros, which BigDecimal writes as 1E+2. */
    private static String numberText(BigDecimal number) {
        boolean plain = number.scale() < 0 && number.precision() - number.scale() <= PLAIN_DIGITS;
        return plain ? number.toPlainString() : number.toString();
    }

    private void appendQuoted(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || isUnpaired(text, i)) {
                        out.append("\\u").append(HEX.toHexDigits(c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Half a surrogate pair has no UTF-8 form: written as it is, it would become a question mark on its way out. */
    private static boolean isUnpaired(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
