package dev.agentos.runtime.secret;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a secret in the arguments of a call: a whole string {@code secret:desk/api-key}, or one word and such a
 * reference, {@code Bearer secret:desk/api-key}, as the headers of HTTP want it. Anywhere else in a text it is just text.
 *
 * @param before what stands before it, with its space; empty for most
 * @param name of the secret
 */
record SecretReference(String before, String name) {
    private static final String MARK = "secret:";
    private static final int MOST = 200;
    private static final Pattern FORM = Pattern.compile(
            "([A-Za-z][A-Za-z0-9+._-]{0,31} )?secret:([A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)");

    /** {@return the reference that a text is; null if it is none} */
    static @Nullable SecretReference parse(String text) {
        // Looked at in every argument of every call: most are told by their length or their first letters.
        if (text.length() > MOST || !text.startsWith(MARK) && !text.startsWith(MARK, text.indexOf(' ') + 1)) {
            return null;
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return null;
        }
        String before = form.group(1);
        return new SecretReference(before == null ? "" : before, form.group(2));
    }
}
