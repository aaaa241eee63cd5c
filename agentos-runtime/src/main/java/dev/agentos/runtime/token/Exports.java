package dev.agentos.runtime.token;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Constraint;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.token.ExportedToken;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.TokenTerms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tokens that this system has minted and that have not expired. Thread-safe. */
final class Exports {
    /** How many may be good at a time. */
    static final int MOST = 100_000;

    private static final int FIRST_PURGE = 1_024;

    /** What is counted; everything else is seen in an action. */
    private static final Set<String> COUNTED = Set.of("uses", "rate", "maxBytes", "max", "budget");

    private final TokenDesk desk;
    private final Map<String, ExportedToken> tokens = new LinkedHashMap<>(); // guarded by this

    private final Map<String, JsonValue> ofEarlierRuns; // not looked at yet; guarded by this
    private int purgeAt = FIRST_PURGE; // guarded by this

    Exports(TokenDesk desk) {
        this.desk = desk;
        this.ofEarlierRuns = new HashMap<>(desk.book().all(TokenBook.EXPORTED));
    }

    /** Mints a token from what somebody holds. */
    ExportedToken export(List<Grant> from, List<Capability> capabilities, TokenTerms terms) {
        Instant now = desk.clock().now();
        if (!terms.expires().isAfter(now)) {
            throw new TokenException(
                    TokenFault.EXPIRED, "it would expire at " + terms.expires() + ", and it is " + now);
        }
        requireRoom();
        boolean leaves = !terms.audience().equals(Set.of(desk.audience()));
        capabilities.forEach(capability -> requireCountable(capability, terms));
        var grants = new ArrayList<Grant>();
        try {
            for (Capability capability : capabilities) {
                Grant made = desk.authority()
                        .derive(from, TokenDesk.principal(terms.holder()), capability, GrantOrigin.DELEGATED);
                grants.add(made);
                requireNotCountedHere(made, leaves);
            }
            return minted(TokenClaims.of(capabilities, atMost(terms, grants)), grants);
        } catch (RuntimeException e) {
            grants.forEach(desk.authority()::revoke);
            throw e;
        }
    }

    private ExportedToken minted(TokenClaims claims, List<Grant> grants) {
        String token = desk.format().mint(claims, desk.key(), desk.keyId());
        // What others will read is what was meant.
        String id =
                desk.format().verify(token, number -> desk.key().verifyingKey()).id();
        desk.shelf().keep(grants);
        desk.book().put(TokenBook.EXPORTED, id, ClaimsJson.write(claims, grants), claims.expires());
        synchronized (this) {
            tokens.put(id, new ExportedToken(id, "", claims, grants));
        }
        return new ExportedToken(id, token, claims, grants);
    }

    private synchronized void requireRoom() {
        if (tokens.size() >= purgeAt) {
            Instant now = desk.clock().counted();
            tokens.values().removeIf(token -> !token.claims().expires().isAfter(now));
            purgeAt = Math.clamp(2L * tokens.size(), FIRST_PURGE, MOST);
        }
        if (tokens.size() + ofEarlierRuns.size() >= MOST) {
            throw new TokenException(TokenFault.TOO_MANY, MOST + " tokens of this system are good already");
        }
    }

    /** Two systems that count for themselves give twice as much. */
    private static void requireCountable(Capability capability, TokenTerms terms) {
        String counted = counted(capability);
        if (counted != null && terms.audience().size() > 1) {
            throw new TokenException(
                    TokenFault.NOT_EXPORTABLE,
                    "'" + capability + "' would be counted by each of " + terms.audience()
                            + ": mint a token for each, or leave out '" + counted + "'");
        }
    }

    /** What a grant here counts would be there twice if somebody else counted it too. */
    private static void requireNotCountedHere(Grant made, boolean leaves) {
        for (Grant above = parent(made); leaves && above != null; above = parent(above)) {
            String counted = counted(above.capability());
            if (counted != null) {
                throw new TokenException(
                        TokenFault.NOT_EXPORTABLE,
                        "grant " + above.id() + " '" + above.capability() + "' counts '" + counted
                                + "', which another system would count once more");
            }
        }
    }

    private static @Nullable Grant parent(Grant grant) {
        return grant.parent().orElse(null);
    }

    static @Nullable String counted(Capability capability) {
        return capability.constraints().stream()
                .map(Constraint::key)
                .filter(COUNTED::contains)
                .findFirst()
                .orElse(null);
    }

    /** No token outlives what it comes from. */
    private static TokenTerms atMost(TokenTerms terms, List<Grant> grants) {
        Instant end = grants.stream()
                .flatMap(grant -> Stream.<Grant>iterate(grant, each -> each != null, each -> parent(each)))
                .flatMap(grant -> grant.capability().expires().stream())
                .filter(each -> each.isBefore(terms.expires()))
                .min(Instant::compareTo)
                .orElse(terms.expires());
        return new TokenTerms(terms.audience(), end, terms.holder());
    }

    /** {@return the token of an id; null if this system has not minted it, or it has expired} */
    synchronized @Nullable ExportedToken find(String id) {
        JsonValue earlier = ofEarlierRuns.remove(id);
        if (earlier != null) {
            tokens.put(id, brought(id, earlier));
        }
        return tokens.get(id);
    }

    /** A token whose grants do not come back is worth nothing any more: without grants it is revoked. */
    private ExportedToken brought(String id, JsonValue earlier) {
        var grants = new ArrayList<Grant>();
        for (Long number : ClaimsJson.grants(earlier)) {
            Grant grant = desk.shelf().wake(number);
            if (grant == null) {
                return new ExportedToken(id, "", ClaimsJson.read(earlier), List.of());
            }
            grants.add(grant);
        }
        return new ExportedToken(id, "", ClaimsJson.read(earlier), grants);
    }

    /** {@return those that have not expired, those of earlier runs first} */
    synchronized List<ExportedToken> current() {
        List.copyOf(ofEarlierRuns.keySet()).forEach(this::find);
        Instant now = desk.clock().now();
        return tokens.values().stream()
                .filter(token -> token.claims().expires().isAfter(now))
                .toList();
    }
}
