package dev.agentos.runtime.memory;

import java.util.Objects;

/** Checks what callers name and bring: it ends up in keys, records and logs. */
final class Texts {
    /** The longest name of a session, a key or a call, in characters. */
    static final int LONGEST_NAME = 256;

    private Texts() {}

    /**
     * Checks a name.
     *
     * @throws IllegalArgumentException if it is empty, too long, or has characters that nobody sees
     */
    static String name(String what, String name) {
        Objects.requireNonNull(name, what);
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "a " + what + " has 1 to " + LONGEST_NAME + " characters, not " + name.length());
        }
        name.codePoints().filter(c -> !isPrintable(c)).findFirst().ifPresent(c -> {
            throw new IllegalArgumentException("a " + what + " has printable characters only, not U+%04X".formatted(c));
        });
        return name;
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** {@return how many bytes a text has as UTF-8} */
    static long bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair counts two of its four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    /**
     * Checks the size of what is to be remembered.
     *
     * @throws IllegalArgumentException if it is too large
     */
    static void checkSize(String what, long bytes, long most) {
        if (bytes > most) {
            throw new IllegalArgumentException(what + " has at most " + most + " bytes, not " + bytes);
        }
    }
}
