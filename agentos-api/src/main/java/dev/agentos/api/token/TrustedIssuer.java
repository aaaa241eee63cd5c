package dev.agentos.api.token;

import dev.agentos.api.security.Capability;
import java.util.List;
import java.util.Objects;

/**
 * Somebody whose tokens a system accepts, and for what.
 *
 * @param name what it is called here; that of two issuers is not the same
 * @param keyId which of its keys this is: while keys are changed, an issuer is listed once for each, under one name or two
 * @param key the key that its tokens are signed by
 * @param capabilities what tokens of this issuer can permit at most; what these limit is counted over all its tokens
 * @since 0.3
 */
public record TrustedIssuer(String name, int keyId, VerifyingKey key, List<Capability> capabilities) {
    /** Copies the capabilities. */
    public TrustedIssuer {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an issuer has a name");
        }
        if (keyId < 0) {
            throw new IllegalArgumentException("a key's number is not negative: " + keyId);
        }
        Objects.requireNonNull(key, "key");
        capabilities = List.copyOf(capabilities);
        if (capabilities.isEmpty()) {
            throw new IllegalArgumentException("issuer '" + name + "' is trusted for nothing");
        }
    }
}
