package dev.agentos.api.security;

import java.time.Instant;
import java.util.Optional;

/**
 * A capability held by one agent. Unforgeable: only the authority that minted it accepts it. Thread-safe.
 *
 * @since 0.1
 */
public interface Grant {
    /** {@return its number, unique within one runtime, over all the runtimes of one store} */
    long id();

    /** {@return what it permits} */
    Capability capability();

    /** {@return who may use it} */
    PrincipalId holder();

    /** {@return the grant that it was derived from; empty if the host granted it} */
    Optional<Grant> parent();

    /** {@return how it came into being} */
    GrantOrigin origin();

    /** {@return how often the right was handed on to somebody else on its way here, from the one that was minted} */
    int depth();

    /** {@return when it was made} */
    Instant created();

    /** {@return whether it, or one that it was derived from, was revoked} */
    boolean revoked();

    /** {@return whether its time, or that of one that it was derived from, is over; no clock that is set back revives it} */
    default boolean expired() {
        return false;
    }

    /** {@return how often it, or one derived from it, was used} */
    long used();

    /** {@return what became of it so far; read one after the other while others go on counting} */
    GrantUsage usage();
}
