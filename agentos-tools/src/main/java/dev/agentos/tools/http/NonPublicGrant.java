package dev.agentos.tools.http;

import dev.agentos.api.security.Capability;

/** Says whether the right behind a request names a URL's literal address and port, as a non-public address needs. */
@FunctionalInterface
public interface NonPublicGrant {
    /** No right names anything. */
    NonPublicGrant NONE = url -> false;

    boolean names(HttpUrl url);

    /** {@return whether a right spells out this origin: then its literal beginning starts with just that} */
    static boolean names(Capability right, String origin) {
        String base = right.base();
        return base.equals(origin) || base.startsWith(origin + "/");
    }
}
