package dev.agentos.security.policy;

import dev.agentos.api.security.Capability;

/**
 * Which hosts a capability of the type {@code net} is about, whatever the scheme, the port and the path.
 *
 * @param host literal, or with stars
 */
record HostScope(String host) {
    private static final String SCHEME_END = "://";
    private static final char STAR = '*';

    static HostScope of(Capability capability) {
        String pattern = capability.resource().substring(capability.type().length() + 1);
        int scheme = pattern.indexOf(SCHEME_END);
        int from = scheme < 0 ? 0 : scheme + SCHEME_END.length();
        int slash = pattern.indexOf('/', from);
        String authority = pattern.substring(from, slash < 0 ? pattern.length() : slash);
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        return new HostScope(hasPort ? authority.substring(0, colon) : authority);
    }

    /** Whether there may be a host that both are about; in doubt, yes: of a name with a star only its end is looked at. */
    boolean overlaps(HostScope other) {
        if (!isOpen() && !other.isOpen()) {
            return host.equals(other.host);
        }
        String mine = end();
        String theirs = other.end();
        return isOpen() && theirs.endsWith(mine) || other.isOpen() && mine.endsWith(theirs);
    }

    private boolean isOpen() {
        return host.indexOf(STAR) >= 0;
    }

    private String end() {
        return host.substring(host.lastIndexOf(STAR) + 1);
    }
}
