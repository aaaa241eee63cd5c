package dev.agentos.biscuit;

import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.error.TokenException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.VerifyingKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one block states, as it stands there: nothing is known yet of whether that makes sense.
 *
 * @param version what {@code agentos_token} says; null if it is not there
 * @param capabilities empty if there are none
 * @param using what the check names; empty if there is none
 * @param audience empty if there is none
 * @param expires in seconds; null if there is none
 * @param holder null if there is none
 * @param handover null if there is none
 */
record Statements(
        @Nullable Long version,
        List<String> capabilities,
        Set<String> using,
        Set<String> audience,
        @Nullable Long expires,
        @Nullable String holder,
        @Nullable String handover) {
    private static final long VERSION = 1;

    Statements {
        capabilities = List.copyOf(capabilities);
        using = Set.copyOf(using);
        audience = Set.copyOf(audience);
    }

    /** {@return what a first block says} */
    TokenClaims claims() {
        Envelope.require(version != null && version == VERSION, "the first block says agentos_token(1)");
        Envelope.require(handover == null, "nobody hands a token over before it is there");
        if (capabilities.isEmpty()) {
            throw new TokenException(TokenFault.MALFORMED, "it says no capability");
        }
        if (audience.isEmpty()) {
            throw new TokenException(TokenFault.NO_AUDIENCE, "it does not say for whom it is");
        }
        if (expires == null) {
            throw new TokenException(TokenFault.NO_EXPIRY, "it does not say when it expires");
        }
        if (holder == null) {
            throw new TokenException(TokenFault.NO_HOLDER, "it does not say who holds it");
        }
        return made(parsedCapabilities(), audience, Instant.ofEpochSecond(expires), key(holder));
    }

    /** {@return what is left after a later block} */
    TokenClaims after(TokenClaims before) {
        Envelope.require(version == null, "a later block says what it is");
        Envelope.require((holder == null) == (handover == null), "another holder and a handover go together");
        Envelope.require(!capabilities.isEmpty() || using.isEmpty(), "a check of the use of no capability");
        return made(
                capabilities.isEmpty() ? before.capabilities() : parsedCapabilities(),
                audience.isEmpty() ? before.audience() : audience,
                expires == null ? before.expires() : Instant.ofEpochSecond(expires),
                holder == null ? before.holder() : key(holder));
    }

    private static TokenClaims made(
            List<Capability> capabilities, Set<String> audience, Instant expires, VerifyingKey holder) {
        try {
            return new TokenClaims(capabilities, audience, expires, holder);
        } catch (IllegalArgumentException e) {
            throw new TokenException(TokenFault.MALFORMED, String.valueOf(e.getMessage()), e);
        }
    }

    /** One text for one capability: who compares texts and who understands them see the same token. */
    private List<Capability> parsedCapabilities() {
        Envelope.require(
                capabilities.size() == using.size() && using.containsAll(capabilities),
                "capabilities and the check of their use differ");
        return capabilities.stream().map(Statements::capability).toList();
    }

    private static Capability capability(String text) {
        try {
            Capability capability = Capability.parse(text);
            Envelope.require(capability.toString().equals(text), "a capability that is not in its canonical text");
            return capability;
        } catch (InvalidCapabilityException e) {
            throw new TokenException(TokenFault.MALFORMED, "a capability that is none", e);
        }
    }

    private static VerifyingKey key(String text) {
        try {
            return VerifyingKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TokenException(TokenFault.MALFORMED, "a holder that is no key", e);
        }
    }
}
