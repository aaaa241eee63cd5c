package dev.agentos.tools.egress;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a request to a proxy (RFC 9112), read in one way only: no folded lines, no control or non-ASCII characters, no
 * space where a reader could drop it.
 *
 * @param http11 whether it is of version 1.1, not 1.0
 */
record RequestHead(String method, String target, boolean http11, List<Header> headers) {
    private static final int MOST_HEADERS = 100;
    private static final Pattern LINE = Pattern.compile("([A-Z]{1,20}) ([\\x21-\\x7e]{1,8192}) HTTP/1\\.([01])");
    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}):([\\x20-\\x7e\\t]*)");

    /** One line of it; the value is without the space around it. */
    record Header(String name, String value) {
        /** {@return the name as it compares} */
        String key() {
            return name.toLowerCase(Locale.ROOT);
        }
    }

    /** Copies. */
    RequestHead {
        headers = List.copyOf(headers);
    }

    /**
     * Returns the head that some bytes say, which end in an empty line.
     *
     * @throws RefusedException if anything about it is not understood
     */
    static RequestHead parse(byte[] bytes) throws RefusedException {
        String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        int last = lines.length - 2;
        if (last < 1 || !lines[last].isEmpty() || !lines[last + 1].isEmpty()) {
            throw RefusedException.malformed("a request without an end");
        }
        Matcher line = LINE.matcher(lines[0]);
        if (!line.matches()) {
            throw RefusedException.malformed("not a request line of HTTP/1");
        }
        if (last - 1 > MOST_HEADERS) {
            throw new RefusedException(
                    RefusedException.Kind.TOO_LARGE, "a request with more than " + MOST_HEADERS + " headers");
        }
        var headers = new ArrayList<Header>();
        for (int i = 1; i < last; i++) {
            Matcher header = HEADER.matcher(lines[i]);
            if (!header.matches()) {
                throw RefusedException.malformed("a malformed or folded header");
            }
            headers.add(new Header(group(header, 1), group(header, 2).strip()));
        }
        return new RequestHead(group(line, 1), group(line, 2), group(line, 3).equals("1"), headers);
    }

    private static String group(Matcher matcher, int number) {
        return String.valueOf(matcher.group(number));
    }

    /** {@return the values of all headers of a name, which is in lower case} */
    List<String> values(String name) {
        return headers.stream()
                .filter(header -> header.key().equals(name))
                .map(Header::value)
                .toList();
    }
}
