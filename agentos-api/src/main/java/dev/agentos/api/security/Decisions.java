package dev.agentos.api.security;

/** Holds the one instance of a decision that says nothing else. */
final class Decisions {
    static final Decision ALLOW = new Decision.Allow();

    private Decisions() {}
}
