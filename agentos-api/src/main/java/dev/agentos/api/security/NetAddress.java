package dev.agentos.api.security;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;

/*
 * A host has many spellings and a check that knows one of them is no check. So there is one: lower case, A-labels, no
 * default port, an IPv4 address as four decimal numbers, an IPv6 address as RFC 5952 writes it. Spellings that resolvers
 * take for an address but people do not see as one (2130706433, 0x7f.1, 0177.0.0.1, a trailing dot) are refused.
 */
/** Scheme, host and port of a net resource, canonical. */
record NetAddress(String scheme, String host, int port) {
    private static final int MAX_HOST = 253;
    private static final int MAX_LABEL = 63;
    private static final String SCHEME_END = "://";

    /**
     * Brings {@code scheme://host[:port][/path]} or {@code host:port} into canonical spelling.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static String canonical(String resource) {
        int pathStart = pathStart(resource);
        NetAddress address = parse(resource.substring(0, pathStart), false);
        if (address.scheme.isEmpty()) {
            return address.toString();
        }
        String path = pathStart == resource.length() ? "/" : resource.substring(pathStart);
        for (String segment : path.split("/", -1)) {
            UrlPath.checkSegment(segment);
        }
        return address + path;
    }

    /** Where the path begins: at the end if there is none. */
    static int pathStart(String resource) {
        int scheme = resource.indexOf(SCHEME_END);
        int slash = resource.indexOf('/', scheme < 0 ? 0 : scheme + SCHEME_END.length());
        if (slash >= 0 && scheme < 0) {
            throw new IllegalArgumentException("a path needs a scheme before the host");
        }
        return slash < 0 ? resource.length() : slash;
    }

    /** Reads all that stands before the path. With wildcards, labels before the last one may end in a star. */
    static NetAddress parse(String text, boolean wildcards) {
        int scheme = text.indexOf(SCHEME_END);
        String schemeName = scheme < 0 ? "" : scheme(text.substring(0, scheme));
        String authority = scheme < 0 ? text : text.substring(scheme + SCHEME_END.length());
        int bracket = authority.startsWith("[") ? authority.indexOf(']') : -1;
        int colon = authority.indexOf(':', Math.max(0, bracket));
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int port = colon < 0 ? defaultPort(schemeName) : port(authority.substring(colon + 1));
        return new NetAddress(schemeName, host(host, wildcards), port);
    }

    private static String scheme(String text) {
        String scheme = text.toLowerCase(Locale.ROOT);
        if (!scheme.matches("[a-z][a-z0-9+.-]{0,31}")) {
            throw new IllegalArgumentException("'" + Escapes.escape(text) + "' is not a scheme");
        }
        return scheme;
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            default ->
                throw new IllegalArgumentException(
                        scheme.isEmpty()
                                ? "a host without a scheme needs a port, as in host:443"
                                : "the scheme " + scheme + " has no default port");
        };
    }

    private static int port(String text) {
        int port = text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException("'" + Escapes.escape(text) + "' is not a port");
        }
        return port;
    }

    private static String host(String text, boolean wildcards) {
        if (text.startsWith("[") && text.endsWith("]")) {
            return "[" + ipv6(text.substring(1, text.length() - 1)) + "]";
        }
        if (wildcards && text.equals("*")) {
            return text;
        }
        String host = text.toLowerCase(Locale.ROOT);
        String[] labels = host.split("\\.", -1);
        String last = labels[labels.length - 1];
        if (last.matches("[0-9]+|0x[0-9a-f]*")) {
            return ipv4(host);
        }
        for (int i = 0; i < labels.length; i++) {
            boolean open = wildcards && i < labels.length - 1 && labels[i].endsWith("*");
            checkLabel(text, open ? labels[i].substring(0, labels[i].length() - 1) : labels[i], open);
        }
        if (host.length() > MAX_HOST) {
            throw new IllegalArgumentException("a host has at most " + MAX_HOST + " characters");
        }
        return host;
    }

    private static void checkLabel(String host, String label, boolean open) {
        boolean hyphens = label.startsWith("-") || (label.endsWith("-") && !open);
        if (label.isEmpty() && open) {
            return;
        }
        if (hyphens || label.length() > MAX_LABEL || !label.matches("[a-z0-9_-]+")) {
            throw new IllegalArgumentException("'" + Escapes.escape(host)
                    + "' is not a host: labels of letters, digits and hyphens, others as A-labels (xn--…)");
        }
    }

    private static String ipv4(String host) {
        if (!host.matches("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})")) {
            throw new IllegalArgumentException("'" + host + "' is neither a host name nor an IPv4 address");
        }
        return Inet4Address.ofLiteral(host).getHostAddress();
    }

    private static String ipv6(String text) {
        // A zone is local to this machine. An IPv4 address in IPv6 clothes has to come as what it is.
        InetAddress address = text.matches("[0-9a-fA-F:.]+") ? Inet6Address.ofLiteral(text) : null;
        if (!(address instanceof Inet6Address)) {
            throw new IllegalArgumentException("'[" + Escapes.escape(text) + "]' is not an IPv6 address");
        }
        return shortest(address.getAddress());
    }

    /** RFC 5952: no leading zeros, lower case, the first longest run of at least two zero groups as "::". */
    private static String shortest(byte[] bytes) {
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && group(bytes, i + length) == 0) {
                length++;
            }
            if (length > runLength) {
                runStart = i;
                runLength = length;
            }
        }
        var out = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                out.append("::");
                i += runLength - 1;
            } else {
                out.append(out.isEmpty() || out.charAt(out.length() - 1) == ':' ? "" : ":");
                out.append(Integer.toHexString(group(bytes, i)));
            }
        }
        return out.toString();
    }

    private static int group(byte[] bytes, int i) {
        return ((bytes[2 * i] & 0xFF) << 8) | (bytes[2 * i + 1] & 0xFF);
    }

    /** {@return the canonical text, without a port that the scheme implies} */
    @Override
    public String toString() {
        if (scheme.isEmpty()) {
            return host + ":" + port;
        }
        boolean implied = (scheme.equals("http") && port == 80) || (scheme.equals("https") && port == 443);
        return scheme + SCHEME_END + host + (implied ? "" : ":" + port);
    }
}
