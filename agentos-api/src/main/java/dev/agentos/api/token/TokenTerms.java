package dev.agentos.api.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * For whom and how long a token is good. All of it is mandatory.
 *
 * @param audience names of the systems that may accept it, 1 to 16
 * @param expires from when on it is worth nothing; in a token it is cut to whole seconds
 * @param holder who can use it: a request has to be signed by this key, so that a stolen token alone is useless
 * @since 0.3
 */
public record TokenTerms(Set<String> audience, Instant expires, VerifyingKey holder) {
    /** How many systems a token may name. */
    public static final int MAX_AUDIENCE = 16;

    /** How long the name of a system may be. */
    public static final int MAX_NAME = 128;

    /** Copies and checks the names. */
    public TokenTerms {
        audience = TokenClaims.checkAudience(audience);
        Objects.requireNonNull(expires, "expires");
        Objects.requireNonNull(holder, "holder");
    }

    /** {@return terms for one system, from now on for a time} */
    public static TokenTerms of(String audience, Instant now, Duration life, VerifyingKey holder) {
        return new TokenTerms(Set.of(audience), now.plus(life), holder);
    }
}
