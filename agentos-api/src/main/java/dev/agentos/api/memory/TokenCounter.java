package dev.agentos.api.memory;

/**
 * Counts the tokens of a text as a model would. Thread-safe, pure and fast.
 *
 * @since 0.2
 */
@FunctionalInterface
public interface TokenCounter {
    /** {@return how many tokens the text has} */
    int count(String text);

    /** {@return a counter that takes four UTF-8 bytes for a token, rounded up: about right for English, high for most else} */
    static TokenCounter estimate() {
        return text -> Math.ceilDiv(utf8Length(text), 4);
    }

    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair counts two of its four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
