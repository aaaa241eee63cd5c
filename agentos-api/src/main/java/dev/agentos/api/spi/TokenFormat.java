package dev.agentos.api.spi;

import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.VerifyingKey;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads signed tokens. Knows neither grants nor clocks: it says what a token says and who signed it; whether that is
 * good for anything is for the runtime. Whatever text it is given, it answers or throws a
 * {@link dev.agentos.api.error.TokenException}, within bounded time and memory. Thread-safe.
 *
 * @since 0.3
 */
public interface TokenFormat {
    /**
     * Makes a token.
     *
     * @param issuer any algorithm
     * @param keyId tells those who verify which of the issuer's keys it is; 0 is not written
     * @throws dev.agentos.api.error.TokenException if the claims are larger than any token may be
     */
    String mint(TokenClaims claims, SigningKey issuer, int keyId);

    /**
     * Appends a block to a token, offline: neither issuer nor runtime take part.
     *
     * @param narrower all that is left; within what the token says
     * @param holder the key that the token is held by; needed if the claims name another holder, else nobody's
     * @throws dev.agentos.api.error.TokenException if the claims are wider, the token is sealed, or holder is not its holder
     */
    String attenuate(String token, TokenClaims narrower, @Nullable SigningKey holder);

    /** {@return what a token says, without knowing whether its issuer signed that: for showing it, and for attenuating it} */
    TokenClaims read(String token);

    /**
     * Checks every signature of a token.
     *
     * @param issuers the key of a number, 0 if the token says none; null if there is none of that number
     * @throws dev.agentos.api.error.TokenException if one is wrong, the issuer unknown, or a block wider than the one before
     */
    SignedToken verify(String token, IntFunction<@Nullable VerifyingKey> issuers);

    /** {@return whether a signature is right; a wrong one, and one that is none, are not} */
    boolean isSignedBy(VerifyingKey key, byte[] message, byte[] signature);
}
