package dev.agentos.tools.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * URL of an HTTP request in canonical form: what is authorised and what is sent are made of the same parts.
 *
 * <p>Percent escapes are decoded once; those of unreserved characters stay decoded, all others are written in upper
 * case (RFC 3986, 6.2.2). Whatever servers are known to read in two ways is refused: dot segments in any disguise,
 * escaped slashes, backslashes, empty segments, escapes of escapes, user information.
 *
 * @param path starts with a slash
 * @param query without the question mark; null if there is no question mark
 */
public record HttpUrl(
        String scheme,
        Host host,
        int port,
        String path,
        @Nullable String query) {
    private static final int MAX_LENGTH = 4_096;
    private static final Pattern PARTS = Pattern.compile(
            "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#]*)(?<path>[^?#]*)(\\?(?<query>[^#]*))?");
    private static final Pattern AUTHORITY = Pattern.compile("(?<host>\\[[^\\]]*\\]|[^:\\[\\]]*)(:(?<port>.*))?");
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
    private static final Pattern DOTS = Pattern.compile("\\.{1,2}(;.*)?");
    private static final Pattern ESCAPED_ESCAPE = Pattern.compile("%25[0-9a-fA-F]{2}");
    private static final String UNRESERVED = "-._~";
    private static final String SEGMENT_DELIMITERS = "!$&'()*+,;=:@";
    private static final String QUERY_DELIMITERS = SEGMENT_DELIMITERS + "/?";

    /**
     * Returns the URL written as {@code text}.
     *
     * @throws HttpRefusedException with {@link HttpProblem#INVALID_URL} if anything about it is ambiguous
     */
    public static HttpUrl parse(String text) {
        checkCharacters(text);
        if (text.indexOf('#') >= 0) {
            throw invalid("it has a fragment, which is never sent");
        }
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            throw invalid("it must be absolute: http://host/path or https://host/path");
        }
        String scheme = group(parts, "scheme").toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw invalid("the scheme must be http or https");
        }
        String authority = group(parts, "authority");
        if (authority.indexOf('@') >= 0) {
            throw invalid("it has user information before the host");
        }
        Matcher hostAndPort = AUTHORITY.matcher(authority);
        if (!hostAndPort.matches()) {
            throw invalid("host and port are malformed");
        }
        return new HttpUrl(
                scheme,
                Host.parse(group(hostAndPort, "host")),
                port(scheme, hostAndPort.group("port")),
                path(group(parts, "path")),
                query(parts.group("query")));
    }

    private static String group(Matcher matcher, String name) {
        String found = matcher.group(name);
        return found == null ? "" : found;
    }

    private static void checkCharacters(String text) {
        if (text.length() > MAX_LENGTH) {
            throw invalid("it is longer than " + MAX_LENGTH + " characters");
        }
        boolean odd = text.codePoints()
                .anyMatch(c -> c <= ' '
                        || (c >= 0x7f && c <= 0xa0)
                        || c == '\\'
                        || Character.getType(c) == Character.SURROGATE
                        || Character.getType(c) == Character.FORMAT
                        || Character.isWhitespace(c));
        if (odd) {
            throw invalid("it has a space, a control or invisible character, or a backslash");
        }
    }

    private static int port(String scheme, @Nullable String text) {
        if (text == null) {
            return defaultPort(scheme);
        }
        if (!PORT.matcher(text).matches() || Integer.parseInt(text) > 65_535) {
            throw invalid("the port must be a number from 1 to 65535");
        }
        return Integer.parseInt(text);
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private static String path(String text) {
        if (text.isEmpty() || text.equals("/")) {
            return "/";
        }
        String[] segments = text.substring(1).split("/", -1);
        var out = new StringBuilder();
        for (int i = 0; i < segments.length; i++) {
            if (segments[i].isEmpty() && i < segments.length - 1) {
                throw invalid("the path has an empty segment ('//')");
            }
            out.append('/').append(segment(segments[i]));
        }
        return out.toString();
    }

    private static String segment(String text) {
        String canonical = escapes(text, SEGMENT_DELIMITERS);
        if (DOTS.matcher(canonical).matches()) {
            throw invalid("the path has a dot segment");
        }
        if (canonical.contains("%2F") || canonical.contains("%5C")) {
            throw invalid("the path has an escaped slash or backslash");
        }
        // "%252e" is a dot to whoever decodes twice, and some servers do.
        if (ESCAPED_ESCAPE.matcher(canonical).find()) {
            throw invalid("the path has an escaped escape");
        }
        return canonical;
    }

    private static @Nullable String query(@Nullable String text) {
        return text == null ? null : escapes(text, QUERY_DELIMITERS);
    }

    /** Brings escapes into their one form; what has to be escaped and is not gets escaped. */
    private static String escapes(String text, String delimiters) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i] & 0xff;
            boolean escaped = b == '%';
            if (escaped) {
                b = unescape(bytes, i);
                i += 2;
            }
            if (b < ' ' || b == 0x7f) {
                throw invalid("it has an escaped control character");
            }
            if (isUnreserved(b) || (!escaped && delimiters.indexOf(b) >= 0)) {
                out.append((char) b);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) b));
            }
        }
        return out.toString();
    }

    private static int unescape(byte[] bytes, int at) {
        if (at + 2 >= bytes.length || !HexFormat.isHexDigit(bytes[at + 1]) || !HexFormat.isHexDigit(bytes[at + 2])) {
            throw invalid("'%' must start an escape of two hexadecimal digits");
        }
        return HexFormat.fromHexDigit(bytes[at + 1]) << 4 | HexFormat.fromHexDigit(bytes[at + 2]);
    }

    private static boolean isUnreserved(int b) {
        boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
        boolean digit = b >= '0' && b <= '9';
        return letter || digit || UNRESERVED.indexOf(b) >= 0;
    }

    private static HttpRefusedException invalid(String why) {
        return new HttpRefusedException(HttpProblem.INVALID_URL, "not a valid URL: " + why);
    }

    /** {@return whether both have scheme, host and port in common} */
    boolean sameOrigin(HttpUrl other) {
        return scheme.equals(other.scheme) && host.text().equals(other.host.text()) && port == other.port;
    }

    public boolean isSecure() {
        return scheme.equals("https");
    }

    /** {@return path and query, as they stand in a request} */
    public String target() {
        return query == null ? path : path + "?" + query;
    }

    /** {@return scheme, host and, unless it is the scheme's own, port} */
    public String origin() {
        return scheme + "://" + host.text() + (port == defaultPort(scheme) ? "" : ":" + port);
    }

    /** {@return the URL without its query: the resource that capabilities are about} */
    public String resource() {
        return origin() + path;
    }

    @Override
    public String toString() {
        return origin() + target();
    }

    /**
     * Returns the URL that a {@code Location} header in the answer to this one stands for (RFC 3986, 5.2). Dot segments
     * of a relative reference are resolved; its fragment is dropped.
     */
    HttpUrl resolve(String location) {
        checkCharacters(location);
        int hash = location.indexOf('#');
        String reference = hash < 0 ? location : location.substring(0, hash);
        if (reference.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
            return parse(reference);
        }
        if (reference.startsWith("//")) {
            return parse(scheme + ":" + reference);
        }
        if (reference.isEmpty()) {
            return this;
        }
        int mark = reference.indexOf('?');
        String referencePath = mark < 0 ? reference : reference.substring(0, mark);
        String referenceQuery = mark < 0 ? "" : reference.substring(mark);
        String merged = referencePath.isEmpty() ? path : merge(referencePath);
        return parse(origin() + merged + referenceQuery);
    }

    private String merge(String reference) {
        String whole = reference.startsWith("/") ? reference : path.substring(0, path.lastIndexOf('/') + 1) + reference;
        var kept = new ArrayDeque<String>();
        String[] segments = whole.substring(1).split("/", -1);
        for (String segment : segments) {
            switch (segment) {
                case "." -> {}
                case ".." -> kept.pollLast();
                default -> kept.addLast(segment);
            }
        }
        String last = segments[segments.length - 1];
        boolean slash = last.equals(".") || last.equals("..");
        return "/" + String.join("/", kept) + (slash && !kept.isEmpty() ? "/" : "");
    }
}
