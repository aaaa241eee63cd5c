package dev.agentos.api.message;

import java.util.regex.Pattern;

/**
 * The names of topics and the patterns that pick them: segments of letters, digits, {@code _} and {@code -} with dots between
 * them, as in {@code ticks.btc.usd}. In a pattern {@code *} stands for one segment, and {@code **} at the end for that topic
 * and everything below it.
 *
 * @since 0.2
 */
public final class Topics {
    private static final int MAX_LENGTH = 256;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
    private static final Pattern PATTERN =
            Pattern.compile("\\*\\*|([A-Za-z0-9_-]+|\\*)(\\.([A-Za-z0-9_-]+|\\*))*(\\.\\*\\*)?");

    private Topics() {}

    /**
     * Checks the name of a topic and returns it.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static String name(String topic) {
        return check(topic, NAME, "a topic is names with dots between them, as in ticks.btc");
    }

    /**
     * Checks a pattern of topics and returns it.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static String pattern(String topics) {
        return check(topics, PATTERN, "a topic pattern is as in ticks.btc, ticks.*.usd or ticks.**");
    }

    /** {@return whether a text is the name of a topic or a pattern of topics} */
    public static boolean isPattern(String text) {
        return text.length() <= MAX_LENGTH && PATTERN.matcher(text).matches();
    }

    private static String check(String text, Pattern form, String rule) {
        if (text.length() > MAX_LENGTH || !form.matcher(text).matches()) {
            throw new IllegalArgumentException(rule + ", at most " + MAX_LENGTH + " characters: '" + text + "'");
        }
        return text;
    }

    /** {@return whether a pattern picks a topic; both have been checked} */
    public static boolean matches(String pattern, String topic) {
        String[] wanted = pattern.split("\\.", -1);
        String[] names = topic.split("\\.", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("**")) {
                return names.length >= i;
            }
            if (i >= names.length || (!wanted[i].equals("*") && !wanted[i].equals(names[i]))) {
                return false;
            }
        }
        return names.length == wanted.length;
    }
}
