package dev.agentos.api.security;

/**
 * How a grant came into being.
 *
 * @since 0.3
 */
public enum GrantOrigin {
    /** Held from the start by the host, a person or the command line; made anew with each runtime. */
    ROOT,
    /** Handed to an agent by its spec, when it was spawned. */
    SPAWN,
    /** Granted to an agent that was there already. */
    GRANTED,
    /** Lent by another agent, in a message or on its own. */
    DELEGATED,
    /** Narrowed by its holder. */
    ATTENUATED,
    /** Imported from a token. */
    IMPORTED
}
