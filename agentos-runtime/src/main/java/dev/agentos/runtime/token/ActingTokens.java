package dev.agentos.runtime.token;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.token.ExportedToken;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenRequest;
import dev.agentos.api.token.TokenTerms;
import dev.agentos.api.token.Tokens;
import dev.agentos.api.token.VerifyingKey;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Effect;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tokens of a runtime in the hands of the host, a person or the command line. */
final class ActingTokens implements Tokens {
    private static final String TYPE = "token";

    private final TokenDesk desk;
    private final Actor actor;

    ActingTokens(TokenDesk desk, Actor actor) {
        this.desk = desk;
        this.actor = actor;
    }

    @Override
    public String audience() {
        return desk.audience();
    }

    @Override
    public VerifyingKey issuerKey() {
        return desk.key().verifyingKey();
    }

    @Override
    public ExportedToken export(List<Capability> capabilities, TokenTerms terms) {
        return export(actor.grants(), capabilities, terms);
    }

    @Override
    public ExportedToken export(Grant grant, List<Capability> capabilities, TokenTerms terms) {
        return export(List.of(grant), capabilities, terms);
    }

    private ExportedToken export(List<Grant> from, List<Capability> capabilities, TokenTerms terms) {
        // What cannot be said in a token is refused before anything is recorded of it.
        TokenClaims claims = TokenClaims.of(capabilities, terms);
        List<Action> actions = claims.audience().stream()
                .map(system -> Action.of(TYPE + ":" + system, "export")
                        .with(
                                "capabilities",
                                claims.capabilities().stream()
                                        .map(Capability::toString)
                                        .toList())
                        .with("expires", claims.expires().toString())
                        .with("holder", claims.holder().toString()))
                .toList();
        return desk.gate().act(actor, actions, new Effect<>() {
            @Override
            public ExportedToken perform() {
                return desk.exports().export(from, claims.capabilities(), terms);
            }

            @Override
            public String detail(ExportedToken exported) {
                return "token " + exported.id() + ": " + numbers(exported.grants());
            }
        });
    }

    @Override
    public List<ExportedToken> exported() {
        return desk.exports().current();
    }

    @Override
    public String attenuate(String token, TokenClaims narrower, @Nullable SigningKey holder) {
        return desk.format().attenuate(token, narrower, holder);
    }

    @Override
    public SignedToken verify(String token) {
        return desk.verify(token);
    }

    @Override
    public SignedToken verify(TokenRequest request, RequestProof proof) {
        return desk.verify(request, proof);
    }

    @Override
    public List<Grant> importToken(String token, RequestProof proof, PrincipalId holder) {
        Objects.requireNonNull(proof, "proof");
        Action action = Action.of(TYPE + ":" + audience(), "import")
                .with("holder", holder.toString())
                .with("nonce", proof.nonce());
        return desk.gate().act(actor, List.of(action), new Effect<>() {
            @Override
            public List<Grant> perform() {
                return desk.importToken(token, proof, holder);
            }

            @Override
            public String detail(List<Grant> grants) {
                return numbers(grants);
            }
        });
    }

    private static String numbers(List<Grant> grants) {
        return grants.stream().map(grant -> "grant " + grant.id()).collect(Collectors.joining(", "));
    }

    @Override
    public void revoke(String revocationId, Instant until) {
        Objects.requireNonNull(until, "until");
        if (!revocationId.matches("[0-9a-f]{16,256}")) {
            throw new IllegalArgumentException("a block's id is hexadecimal digits, not '" + revocationId + "'");
        }
        Action action = Action.of(TYPE + ":" + audience(), "revoke").with("id", revocationId);
        desk.gate().act(actor, List.of(action), () -> {
            desk.revoke(revocationId, until);
            return revocationId;
        });
    }

    @Override
    public Set<String> revoked() {
        return desk.revoked();
    }
}
