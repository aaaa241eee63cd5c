package dev.agentos.api.security;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/*
 * One spelling for everything. A character that has to be escaped cannot be written as it is, and a character that need
 * not be escaped cannot be: "%2F" and "%2e" are errors instead of a second slash and a second dot. So text is decoded
 * exactly once, and what a person reads is what is matched. All of a text is printable ASCII, which makes look-alike
 * letters, invisible characters and direction overrides visible, and does not depend on the JDK's edition of Unicode.
 */
/** Percent escapes of the capability language, over UTF-8. */
final class Escapes {
    /** What has a meaning in the grammar. */
    private static final String RESERVED = " %;,=<>*";

    /** So many characters of text stand for one at most: three bytes of UTF-8, each as {@code %XX}. */
    static final int MAX_GROWTH = 9;

    /** By character: whether it stands for itself. Every character of every resource is looked up. */
    private static final boolean[] PLAIN = new boolean[0x7F];

    static {
        for (char c = ' ' + 1; c < PLAIN.length; c++) {
            PLAIN[c] = RESERVED.indexOf(c) < 0;
        }
    }

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Escapes() {}

    /** Returns whether the character stands for itself in text. */
    static boolean isPlain(int codePoint) {
        return codePoint < PLAIN.length && PLAIN[codePoint];
    }

    /** Escapes exactly what has to be. Half a surrogate pair gets bytes that no parser of ours takes back. */
    static String escape(String raw) {
        int i = 0;
        while (i < raw.length() && isPlain(raw.charAt(i))) {
            i++;
        }
        if (i == raw.length()) {
            return raw;
        }
        var out = new StringBuilder(raw.length() + 16).append(raw, 0, i);
        raw.substring(i).codePoints().forEach(codePoint -> append(out, codePoint));
        return out.toString();
    }

    /**
     * Decodes once.
     *
     * @throws IllegalArgumentException if anything is malformed, is escaped without need or should have been escaped
     */
    static String decode(String text) {
        var out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '%') {
                int end = endOfEscapes(text, i);
                appendDecoded(out, text.substring(i, end));
                i = end;
            } else if (isPlain(c)) {
                out.append(c);
                i++;
            } else {
                throw new IllegalArgumentException(
                        "'" + escape(Character.toString(text.codePointAt(i))) + "' has to be written so, as an escape");
            }
        }
        return out.toString();
    }

    private static int endOfEscapes(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) == '%') {
            if (end + 3 > text.length() || !isHex(text.charAt(end + 1)) || !isHex(text.charAt(end + 2))) {
                throw new IllegalArgumentException("'%' starts an escape of two hexadecimal digits, as in %25");
            }
            end += 3;
        }
        return end;
    }

    private static boolean isHex(char c) {
        return HexFormat.isHexDigit(c);
    }

    private static void appendDecoded(StringBuilder out, String escapes) {
        var bytes = ByteBuffer.wrap(HexFormat.of().withPrefix("%").parseHex(escapes));
        String decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("'" + escapes + "' is not UTF-8", e);
        }
        decoded.codePoints().filter(Escapes::isPlain).findFirst().ifPresent(plain -> {
            throw new IllegalArgumentException(
                    "'" + Character.toString(plain) + "' is written as it is, not as an escape");
        });
        out.append(decoded);
    }

    private static void append(StringBuilder out, int codePoint) {
        if (isPlain(codePoint)) {
            out.append((char) codePoint);
        } else if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            appendByte(out, 0xE0 | (codePoint >> 12));
            appendByte(out, 0x80 | ((codePoint >> 6) & 0x3F));
            appendByte(out, 0x80 | (codePoint & 0x3F));
        } else {
            for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
                appendByte(out, b);
            }
        }
    }

    private static void appendByte(StringBuilder out, int value) {
        out.append('%').append(HEX.toHexDigits((byte) value));
    }
}
