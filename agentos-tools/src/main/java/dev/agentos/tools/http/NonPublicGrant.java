package dev.agentos.tools.http;

/** Says whether the right behind a request names a URL's literal address and port, as a non-public address needs. */
@FunctionalInterface
interface NonPublicGrant {
    /** No right names anything. */
    NonPublicGrant NONE = url -> false;

    boolean names(HttpUrl url);
}
