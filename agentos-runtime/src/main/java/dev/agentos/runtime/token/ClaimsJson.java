package dev.agentos.runtime.token;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.VerifyingKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How claims, and the grants behind them, are stored. */
final class ClaimsJson {
    private static final String CAPABILITIES = "capabilities";
    private static final String AUDIENCE = "audience";
    private static final String EXPIRES = "expires";
    private static final String HOLDER = "holder";
    private static final String GRANTS = "grants";

    private ClaimsJson() {}

    static JsonValue write(TokenClaims claims, List<Grant> grants) {
        return JsonValue.of(Map.of(
                CAPABILITIES,
                        claims.capabilities().stream().map(Capability::toString).toList(),
                AUDIENCE, List.copyOf(claims.audience()),
                EXPIRES, claims.expires().toString(),
                HOLDER, claims.holder().toString(),
                GRANTS, numbers(grants)));
    }

    static TokenClaims read(JsonValue stored) {
        return new TokenClaims(
                stored.at(CAPABILITIES).asArray().elements().stream()
                        .map(text -> Capability.parse(text.text()))
                        .toList(),
                stored.at(AUDIENCE).asArray().elements().stream()
                        .map(JsonValue::text)
                        .collect(Collectors.toSet()),
                Instant.parse(stored.at(EXPIRES).text()),
                VerifyingKey.parse(stored.at(HOLDER).text()));
    }

    static List<Long> grants(JsonValue stored) {
        return longs(stored.at(GRANTS));
    }

    static List<Long> numbers(List<Grant> grants) {
        return grants.stream().map(Grant::id).toList();
    }

    static List<Long> longs(JsonValue numbers) {
        return numbers.asArray().elements().stream()
                .map(number -> number.number().longValueExact())
                .toList();
    }
}
