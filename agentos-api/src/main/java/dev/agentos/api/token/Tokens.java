package dev.agentos.api.token;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes capabilities out of a runtime as signed tokens, and into it. Everything that is done passes the gate as actions on
 * {@code token:<system>} and is recorded. Thread-safe.
 *
 * <p>A token that is imported becomes a chain of grants, one for each of its blocks, below the grant that its issuer is trusted
 * with, or, if it comes from this very runtime, below the grant that it was exported from. So what a token or a block of it
 * limits (uses, rates, bytes) is counted once, however often and by however many attenuations it is imported, and revoking
 * anything above or in it stops every use.
 *
 * @since 0.3
 */
public interface Tokens {
    /** {@return the name of this system in the audience of tokens} */
    String audience();

    /** {@return the key that tokens of this system are signed by: what others need in order to trust it} */
    VerifyingKey issuerKey();

    /**
     * Mints a token of what the caller holds; good for as long as the terms say and what it comes from lasts. That hands the
     * capabilities on: it takes one from their {@code depth}, as does each change of the token's holder, and each import.
     *
     * <p>Limits that are counted (uses, rate, bytes, budget, children) are counted by the system that imports the token. So a
     * token with such limits names one system; and what the caller's own grants count is exported to this very system only,
     * where the same counters go on.
     *
     * @throws dev.agentos.api.error.DeniedException if the caller does not hold as much, or may not export
     * @throws dev.agentos.api.error.TokenException {@link TokenFault#NOT_EXPORTABLE}
     */
    ExportedToken export(List<Capability> capabilities, TokenTerms terms);

    /**
     * Mints a token from one grant.
     *
     * @param capabilities what it says, each within the grant
     */
    ExportedToken export(Grant grant, List<Capability> capabilities, TokenTerms terms);

    /** {@return the tokens that were exported and have not expired, those of earlier runs of the program first} */
    List<ExportedToken> exported();

    /**
     * Appends a block to a token. Needs no right and no key of the issuer's.
     *
     * @param holder the key of its holder; needed only if the claims name another
     * @throws dev.agentos.api.error.TokenException if the claims are wider than the token
     */
    String attenuate(String token, TokenClaims narrower, @Nullable SigningKey holder);

    /**
     * Checks signatures, issuer, audience, expiry and revocation of a token; who sent it is not looked at.
     *
     * @throws dev.agentos.api.error.TokenException saying what is wrong
     */
    SignedToken verify(String token);

    /**
     * Checks a token and that its holder made this very request, which is accepted once.
     *
     * @throws dev.agentos.api.error.TokenException saying what is wrong
     */
    SignedToken verify(TokenRequest request, RequestProof proof);

    /**
     * Turns a token into grants of this runtime: again, into the same grants.
     *
     * @param proof under {@link TokenRequest#toImport}
     * @param holder who holds the grants
     * @return one for each capability that the token says, in its order
     * @throws dev.agentos.api.error.TokenException saying what is wrong with the token or the proof
     * @throws dev.agentos.api.error.DeniedException if its issuer is not trusted with that much, or the caller may not import
     */
    List<Grant> importToken(String token, RequestProof proof, PrincipalId holder);

    /**
     * Revokes whatever has a block of this id: what was imported here stops at once and is not imported again; what was
     * exported from here is worth nothing here, and elsewhere from when they are told.
     *
     * @param until when all tokens with that block have expired at the latest; it is forgotten then
     */
    void revoke(String revocationId, Instant until);

    /** {@return the ids that were revoked here, among them those of exported tokens whose grants were; to be told to others} */
    Set<String> revoked();
}
