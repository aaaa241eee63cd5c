package dev.agentos.api.token;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How a runtime takes part in the exchange of tokens.
 *
 * @param audience the name of this system: what tokens for it name
 * @param keyProvider name of the {@code SigningKeyProvider} of the key that it signs with
 * @param keySettings what that provider needs
 * @param keyId the number of that key, which is written into tokens; 0 for none
 * @param issuers whose tokens it accepts beside its own
 * @since 0.3
 */
public record TokenOptions(
        String audience, String keyProvider, Map<String, String> keySettings, int keyId, List<TrustedIssuer> issuers) {
    /** Copies and checks: no two issuers have the same number or name. */
    public TokenOptions {
        TokenClaims.checkAudience(Set.of(audience));
        Objects.requireNonNull(keyProvider, "keyProvider");
        keySettings = Map.copyOf(keySettings);
        issuers = List.copyOf(issuers);
        var names = new HashSet<String>();
        var numbers = new HashSet<>(Set.of(keyId));
        for (TrustedIssuer issuer : issuers) {
            if (!names.add(issuer.name()) || !numbers.add(issuer.keyId())) {
                throw new IllegalArgumentException("two keys have the name '" + issuer.name() + "' or the number "
                        + issuer.keyId() + "; the number of this system's own is " + keyId);
            }
        }
    }

    /**
     * {@return a builder}
     *
     * @param audience the name of this system
     */
    public static Builder builder(String audience) {
        return new Builder(audience);
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private final String audience;
        private String keyProvider = "ed25519";
        private Map<String, String> keySettings = Map.of();
        private int keyId;
        private final List<TrustedIssuer> issuers = new ArrayList<>();

        private Builder(String audience) {
            this.audience = audience;
        }

        /** The key to sign with; a new one in memory unless said: tokens of it end with the program. */
        public Builder key(String provider, Map<String, String> settings) {
            keyProvider = provider;
            keySettings = settings;
            return this;
        }

        /** The number of the key to sign with, written into tokens; 0, not written, unless said. */
        public Builder keyId(int number) {
            keyId = number;
            return this;
        }

        /** One more key whose tokens are accepted. */
        public Builder issuer(TrustedIssuer issuer) {
            issuers.add(issuer);
            return this;
        }

        /** {@return the options} */
        public TokenOptions build() {
            return new TokenOptions(audience, keyProvider, keySettings, keyId, issuers);
        }
    }
}
