package dev.agentos.biscuit;

import dev.agentos.api.security.Capability;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.VerifyingKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Claims that tests start from. */
final class Samples {
    static final Instant END = Instant.parse("2030-01-01T00:00:00Z");

    private Samples() {}

    static TokenClaims claims(VerifyingKey holder, String... capabilities) {
        return new TokenClaims(parse(capabilities), Set.of("desk-2"), END, holder);
    }

    static TokenClaims narrowed(TokenClaims claims, String... capabilities) {
        return new TokenClaims(parse(capabilities), claims.audience(), claims.expires(), claims.holder());
    }

    static TokenClaims until(TokenClaims claims, Instant end) {
        return new TokenClaims(claims.capabilities(), claims.audience(), end, claims.holder());
    }

    static TokenClaims heldBy(TokenClaims claims, VerifyingKey holder) {
        return new TokenClaims(claims.capabilities(), claims.audience(), claims.expires(), holder);
    }

    static TokenClaims forSystems(TokenClaims claims, String... names) {
        return new TokenClaims(claims.capabilities(), Set.of(names), claims.expires(), claims.holder());
    }

    private static List<Capability> parse(String... capabilities) {
        return Stream.of(capabilities).map(Capability::parse).toList();
    }
}
