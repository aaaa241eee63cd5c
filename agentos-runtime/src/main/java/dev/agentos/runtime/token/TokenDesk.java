package dev.agentos.runtime.token;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SigningKeyProvider;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.spi.TokenFormat;
import dev.agentos.api.spi.TokenFormatProvider;
import dev.agentos.api.token.ExportedToken;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.token.TokenRequest;
import dev.agentos.api.token.Tokens;
import dev.agentos.api.token.TrustedIssuer;
import dev.agentos.api.token.VerifyingKey;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Gate;
import dev.agentos.runtime.schedule.SteadyClock;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that one runtime knows of tokens. Its key is open until it is closed. Thread-safe. */
public final class TokenDesk implements AutoCloseable {
    private static final int MOST_REQUESTS_OF_ONE = 10_000;
    private static final int MOST_REQUESTS = 100_000;
    private static final Instant FOR_EVER = Instant.parse("9999-12-31T23:59:59Z");
    private static final int PRINCIPAL_DIGITS = 16;

    private final Needs needs;
    private final TokenOptions options;
    private final TokenFormat format;
    private final SigningKey key;
    private final Map<Integer, VerifyingKey> keys = new HashMap<>();
    private final Map<Integer, List<Grant>> trusted = new LinkedHashMap<>();
    private final Revocations revocations;
    private final Exports exports;
    private final Imports imports;
    private final ProofWindow window;
    private final SteadyClock clock;

    /**
     * What a desk works with.
     *
     * @param hostGrants what issuers are trusted with is derived from
     */
    public record Needs(
            Gate gate, Authority authority, TimeSource time, TokenBook book, GrantShelf shelf, List<Grant> hostGrants) {
        /** Copies the grants. */
        public Needs {
            hostGrants = List.copyOf(hostGrants);
        }
    }

    private TokenDesk(Needs needs, TokenOptions options, TokenFormat format, SigningKey key) {
        this.needs = needs;
        this.options = options;
        this.format = format;
        this.key = key;
        this.clock = new SteadyClock(needs.time());
        this.revocations = new Revocations(needs.book(), clock);
        this.exports = new Exports(this);
        this.imports = new Imports(this);
        this.window = new ProofWindow(clock, needs.book(), MOST_REQUESTS_OF_ONE, MOST_REQUESTS);
        keys.put(options.keyId(), key.verifyingKey());
        Map<String, JsonValue> earlier = new HashMap<>(book().all(TokenBook.ISSUERS));
        for (TrustedIssuer issuer : options.issuers()) {
            trust(issuer, earlier.remove(issuer.key().toString()));
        }
        earlier.forEach((issuer, numbers) -> {
            distrust(numbers);
            book().put(TokenBook.ISSUERS, issuer, JsonValue.of(List.of()), FOR_EVER);
        });
    }

    /**
     * Opens a desk, and revokes what an earlier run has imported from those who are not trusted any more.
     *
     * @throws dev.agentos.api.error.ProviderSelectionException if there is not one format, or no such key provider
     * @throws dev.agentos.api.error.DeniedException if an issuer is trusted with more than the host has
     */
    public static TokenDesk open(Needs needs, TokenOptions options) {
        TokenFormat format = Providers.only(TokenFormatProvider.class).open();
        SigningKey key =
                Providers.named(SigningKeyProvider.class, options.keyProvider()).open(options.keySettings());
        try {
            return new TokenDesk(needs, options, format, key);
        } catch (RuntimeException | Error e) {
            key.close();
            throw e;
        }
    }

    /** What an issuer was trusted with by an earlier run it still is, as far as it was used; if it is the same. */
    private void trust(TrustedIssuer issuer, @Nullable JsonValue earlier) {
        keys.put(issuer.keyId(), issuer.key());
        List<Grant> grants = earlier == null ? List.of() : woken(earlier);
        if (!issuer.capabilities().equals(grants.stream().map(Grant::capability).toList())) {
            distrust(earlier);
            PrincipalId who = PrincipalId.user("issuer:" + issuer.name());
            grants = issuer.capabilities().stream()
                    .map(each -> authority().derive(needs.hostGrants(), who, each, GrantOrigin.GRANTED))
                    .toList();
            shelf().keep(grants);
            JsonValue numbers = JsonValue.of(ClaimsJson.numbers(grants));
            book().put(TokenBook.ISSUERS, issuer.key().toString(), numbers, FOR_EVER);
        }
        trusted.put(issuer.keyId(), grants);
    }

    private List<Grant> woken(JsonValue numbers) {
        return ClaimsJson.longs(numbers).stream()
                .map(shelf()::wake)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Revokes what an earlier run has trusted an issuer with, and so all that came of it. */
    private void distrust(@Nullable JsonValue earlier) {
        if (earlier != null) {
            woken(earlier).forEach(grant -> shelf().revoke(grant, "its issuer is not trusted with it any more"));
        }
    }

    /** {@return who a token's holder is here: only its key is known} */
    static PrincipalId principal(VerifyingKey holder) {
        return PrincipalId.user("key:" + holder.algorithm() + "/" + holder.hex().substring(0, PRINCIPAL_DIGITS));
    }

    /** {@return the desk in the hands of somebody} */
    public Tokens of(Actor actor) {
        return new ActingTokens(this, actor);
    }

    // ---- what its parts need of each other

    Gate gate() {
        return needs.gate();
    }

    Authority authority() {
        return needs.authority();
    }

    SteadyClock clock() {
        return clock;
    }

    TokenBook book() {
        return needs.book();
    }

    GrantShelf shelf() {
        return needs.shelf();
    }

    TokenFormat format() {
        return format;
    }

    SigningKey key() {
        return key;
    }

    int keyId() {
        return options.keyId();
    }

    String audience() {
        return options.audience();
    }

    Exports exports() {
        return exports;
    }

    // ---- what is done with tokens

    /** Checks all of a token but who sent it. */
    SignedToken verify(String token) {
        SignedToken signed = format.verify(token, keys::get);
        if (!signed.claims().audience().contains(audience())) {
            throw new TokenException(
                    TokenFault.WRONG_AUDIENCE, "it is for " + signed.claims().audience() + ", not for " + audience());
        }
        Instant now = clock.now();
        if (!now.isBefore(signed.claims().expires())) {
            throw new TokenException(
                    TokenFault.EXPIRED,
                    "its time was over at " + signed.claims().expires() + ", and it is " + now);
        }
        requireNotRevoked(signed);
        ExportedToken mine = isOwn(signed) ? exports.find(signed.id()) : null;
        if (mine != null && mine.revoked()) {
            throw new TokenException(TokenFault.REVOKED, "block " + signed.id());
        }
        return signed;
    }

    void requireNotRevoked(SignedToken signed) {
        String revoked = revocations.firstOf(signed.revocationIds());
        if (revoked != null) {
            throw new TokenException(TokenFault.REVOKED, "block " + revoked);
        }
    }

    /** Checks a token and that its holder makes this request, for the first time. */
    SignedToken verify(TokenRequest request, RequestProof proof) {
        if (!request.audience().equals(audience())) {
            throw new TokenException(
                    TokenFault.BAD_PROOF, "the request is to " + request.audience() + ", not to " + audience());
        }
        SignedToken signed = verify(request.token());
        byte[] signature = Base64.getUrlDecoder().decode(proof.signature());
        VerifyingKey holder = signed.claims().holder();
        if (!format.isSignedBy(holder, request.message(proof.time(), proof.nonce()), signature)) {
            throw new TokenException(
                    TokenFault.BAD_PROOF, "the request was not signed by the token's holder, " + holder);
        }
        window.accept(holder, proof);
        return signed;
    }

    /** Turns a token into grants. */
    List<Grant> importToken(String token, RequestProof proof, PrincipalId holder) {
        SignedToken signed = verify(TokenRequest.toImport(token, audience()), proof);
        return imports.of(signed, root(signed), holder);
    }

    private List<Grant> root(SignedToken signed) {
        if (!isOwn(signed)) {
            return trusted.getOrDefault(signed.keyId(), List.of());
        }
        ExportedToken mine = exports.find(signed.id());
        if (mine == null) {
            throw new TokenException(
                    TokenFault.FORGOTTEN,
                    "this system exported it in an earlier run, and the grant behind it ended with that");
        }
        return mine.grants();
    }

    private boolean isOwn(SignedToken signed) {
        return signed.keyId() == keyId();
    }

    /** Revokes what has a block of this id, here and, once they are told, elsewhere. */
    void revoke(String id, Instant until) {
        // First nothing new can come of it; then what is there is cut.
        revocations.add(id, until);
        ExportedToken mine = exports.find(id);
        if (mine != null) {
            mine.grants().forEach(grant -> shelf().revoke(grant, "its token was revoked"));
        }
        imports.revoke(id, "its token was revoked");
    }

    /** {@return the ids of what was revoked and has not expired; those of exported tokens whose grants were revoked are kept from now on} */
    Set<String> revoked() {
        for (ExportedToken token : exports.current()) {
            if (token.revoked() && revocations.firstOf(List.of(token.id())) == null) {
                revocations.add(token.id(), token.claims().expires());
            }
        }
        return revocations.current();
    }

    /** Gives the key up. What was revoked is in the store with the grants: their tokens are found revoked by the next run. */
    @Override
    public void close() {
        key.close();
    }
}
