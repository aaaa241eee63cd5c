package dev.agentos.runtime;

import org.jspecify.annotations.Nullable;

/** Fills the {@code {}} of a log message. */
final class LogLine {
    static final int LONGEST = 8_192;

    private LogLine() {}

    static String single(String line) {
        return line;
    }

    /** {@return the message with its arguments; those without a place follow at the end} */
    static String of(String message, @Nullable Object... arguments) {
        if (arguments.length == 0) {
            return message;
        }
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
