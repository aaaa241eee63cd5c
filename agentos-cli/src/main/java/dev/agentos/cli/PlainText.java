package dev.agentos.cli;

import java.lang.Character.UnicodeBlock;

/** Text on its way to a terminal. */
final class PlainText {
    private static final char REPLACEMENT = '\uFFFD';

    private PlainText() {}

    /**
     * Returns a text as one line without control characters: an agent must not move the cursor of whoever looks at it, nor
     * forge lines.
     */
    static String of(String text) {
        String line = text.strip().replace("\r\n", "\n").replace("\n", " | ");
        var clean = new StringBuilder(line.length());
        line.codePoints().map(PlainText::harmless).forEach(clean::appendCodePoint);
        return clean.toString();
    }

    /** The same, but no longer than that. */
    static String cut(String text, int most) {
        String line = of(text);
        return line.codePointCount(0, line.length()) <= most
                ? line
                : line.substring(0, line.offsetByCodePoints(0, most - 1)) + "…";
    }

    /** How many columns of a terminal a line takes: ideographs, kana, hangul and pictures take two, marks above letters none. */
    static int columns(String line) {
        return line.codePoints().map(PlainText::columnsOf).sum();
    }

    private static int columnsOf(int character) {
        int type = Character.getType(character);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        boolean wide = Character.isIdeographic(character)
                || Character.isEmojiPresentation(character)
                || switch (Character.UnicodeScript.of(character)) {
                    case HIRAGANA, KATAKANA, HANGUL -> !isHalfWidth(character);
                    default -> false;
                };
        return wide ? 2 : 1;
    }

    private static boolean isHalfWidth(int character) {
        return UnicodeBlock.HALFWIDTH_AND_FULLWIDTH_FORMS.equals(UnicodeBlock.of(character));
    }

    private static int harmless(int character) {
        boolean harmful = switch (Character.getType(character)) {
            // Marks of direction reverse what follows them.
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
        return harmful ? REPLACEMENT : character;
    }
}
