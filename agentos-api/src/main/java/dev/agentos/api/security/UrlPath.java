package dev.agentos.api.security;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/*
 * We compare the path of a URL as it is sent; the server may decode it first, once or more, and then walk it. So what a
 * server could read as a step upwards is refused, in a resource and in a pattern alike: dots that are escaped once or
 * more, dots after an escaped slash or a backslash, dots with path parameters behind them ("..;x"), bytes that only a
 * careless decoder takes for dots (overlong UTF-8).
 */
/** Checks the segments of a URL's path. */
final class UrlPath {
    /** No honest client escapes more often; each round costs the length of the segment. */
    private static final int MAX_ROUNDS = 4;

    private UrlPath() {}

    /**
     * Checks one segment as it stands in the URL, with the URL's own escapes.
     *
     * @throws IllegalArgumentException if a character has no place there, or it may be read as "." or ".."
     */
    static void checkSegment(String segment) {
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c <= ' ' || c > '~' || c == '?' || c == '#' || c == '\\') {
                throw problem(segment, "has a character that has to be escaped in a URL");
            }
        }
        String decoded = segment;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            checkSteps(segment, decoded);
            // Only the first round has to be well formed: behind "%25" any text may stand.
            if (decoded.indexOf('%') < 0 || (round > 0 && !isWellFormed(decoded))) {
                return;
            }
            decoded = decode(segment, decoded);
        }
        throw problem(segment, "is escaped too many times");
    }

    private static void checkSteps(String segment, String decoded) {
        if (decoded.chars().anyMatch(Character::isISOControl)) {
            throw problem(segment, "has a control character");
        }
        for (String part : decoded.split("[/\\\\]", -1)) {
            int parameters = part.indexOf(';');
            String name = parameters < 0 ? part : part.substring(0, parameters);
            if (name.equals(".") || name.equals("..")) {
                throw problem(segment, "is, or may be read as, a step to another folder");
            }
        }
    }

    private static boolean isWellFormed(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (i + 3 > text.length()
                    || !HexFormat.isHexDigit(text.charAt(i + 1))
                    || !HexFormat.isHexDigit(text.charAt(i + 2))) {
                return false;
            }
        }
        return true;
    }

    private static String decode(String segment, String text) {
        if (!isWellFormed(text)) {
            throw problem(segment, "has a '%' without two hexadecimal digits");
        }
        var bytes = new ByteArrayOutputStream(text.length());
        int i = 0;
        while (i < text.length()) {
            boolean escaped = text.charAt(i) == '%';
            int end = escaped ? i + 3 : text.offsetByCodePoints(i, 1);
            bytes.writeBytes(
                    escaped
                            ? new byte[] {(byte) HexFormat.fromHexDigits(text, i + 1, end)}
                            : text.substring(i, end).getBytes(StandardCharsets.UTF_8));
            i = end;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(problem(segment, "is not UTF-8").getMessage(), e);
        }
    }

    private static IllegalArgumentException problem(String segment, String fault) {
        return new IllegalArgumentException("the path segment '" + Escapes.escape(segment) + "' " + fault);
    }
}
