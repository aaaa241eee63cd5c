package dev.agentos.tools.http;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Headers of a request that a caller chose. Names compare without case, each at most once.
 *
 * @param values unmodifiable, sorted
 */
public record RequestHeaders(Map<String, String> values) {
    private static final int MAX_COUNT = 64;
    private static final int MAX_LENGTH = 8_192;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

    /** What frames the message or belongs to the connection: ours alone, or two parties would read two messages. */
    private static final Set<String> FRAMING = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "accept-encoding",
            "http2-settings");

    /** What would make the server see another method, host or path than the one that was authorised. */
    private static final Set<String> OVERRIDES = Set.of(
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-url",
            "x-rewrite-url",
            "x-original-host",
            "x-host",
            "forwarded");

    /** What goes along to another origin: nothing that could be a credential under a name that we do not know. */
    private static final Set<String> CROSS_ORIGIN = Set.of("accept", "accept-language", "content-type", "user-agent");

    /** Checks, and copies. */
    public RequestHeaders {
        var sorted = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        values.forEach((name, value) -> {
            check(name, value);
            if (sorted.put(name, value) != null) {
                throw refused("the header '" + name + "' stands there twice");
            }
        });
        if (sorted.size() > MAX_COUNT) {
            throw refused("more than " + MAX_COUNT + " headers");
        }
        values = Collections.unmodifiableMap(sorted);
    }

    private static void check(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            // The name is not repeated: it may hold line breaks.
            throw refused("the name of a header is malformed");
        }
        // Gateways to CGI and its like read '_' as '-'.
        String lower = name.toLowerCase(Locale.ROOT).replace('_', '-');
        if (isOfConnection(lower) || OVERRIDES.contains(lower) || lower.startsWith("x-forwarded-")) {
            throw refused("the header '" + name + "' cannot be set");
        }
        if (!VALUE.matcher(value).matches() || value.length() > MAX_LENGTH) {
            throw refused("the value of the header '" + name + "' is malformed or too long");
        }
    }

    /** {@return whether a header frames a message or belongs to a connection, by its name in lower case} */
    public static boolean isOfConnection(String name) {
        return FRAMING.contains(name) || name.startsWith("proxy-");
    }

    /** Returns what a redirect to another origin takes along. */
    RequestHeaders toOtherOrigin() {
        return keep(CROSS_ORIGIN);
    }

    /** Returns what a redirect that drops the body takes along. */
    RequestHeaders withoutBody() {
        var rest = new TreeMap<>(values);
        rest.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("content-"));
        return new RequestHeaders(rest);
    }

    private RequestHeaders keep(Set<String> names) {
        var kept = new TreeMap<>(values);
        kept.keySet().removeIf(name -> !names.contains(name.toLowerCase(Locale.ROOT)));
        return new RequestHeaders(kept);
    }

    private static HttpRefusedException refused(String why) {
        return new HttpRefusedException(HttpProblem.INVALID_REQUEST, why);
    }
}
