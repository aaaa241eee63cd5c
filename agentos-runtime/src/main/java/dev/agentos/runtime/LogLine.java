package dev.agentos.runtime;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What an agent writes to the log: its {@code {}} filled, of bounded length, and without anything that a terminal would obey or that
 * would make text look like other text.
 */
final class LogLine {
    /** Characters that are kept. */
    static final int LONGEST = 8_192;

    private LogLine() {}

    /** {@return the same on one line: what follows a line break would look like a line of somebody else} */
    static String single(String line) {
        return line.replace("\n", "\\n");
    }

    /** {@return the message with its arguments; those without a place follow at the end} */
    static String of(String message, @Nullable Object... arguments) {
        return visible(arguments.length == 0 ? message : filled(message, arguments));
    }

    private static String filled(String message, @Nullable Object... arguments) {
        var line = new StringBuilder(message.length() + 16 * arguments.length);
        int from = 0;
        int next = 0;
        for (int at = message.indexOf("{}"); at >= 0 && next < arguments.length; at = message.indexOf("{}", from)) {
            line.append(message, from, at).append(text(arguments[next++]));
            from = at + 2;
        }
        line.append(message, from, message.length());
        while (next < arguments.length) {
            line.append(' ').append(text(arguments[next++]));
        }
        return line.toString();
    }

    private static String visible(String line) {
        String kept =
                line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "… [" + line.length() + " characters]";
        if (kept.chars().noneMatch(LogLine::isHidden)) {
            return kept;
        }
        var out = new StringBuilder(kept.length() + 32);
        kept.chars().forEach(c -> {
            if (isHidden(c)) {
                out.append("\\u").append(HexFormat.of().withUpperCase().toHexDigits((char) c));
            } else {
                out.append((char) c);
            }
        });
        return out.toString();
    }

    /** Control characters but tab and line feed, and those that hide or reorder others. */
    private static boolean isHidden(int c) {
        return (Character.isISOControl(c) && c != '\t' && c != '\n')
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
    }

    private static String text(@Nullable Object argument) {
        if (argument == null) {
            return "null";
        }
        try {
            return String.valueOf(argument);
        } catch (RuntimeException e) { // a broken toString() must not fail the agent that logs
            return argument.getClass().getName() + " (" + e + ")";
        }
    }
}
