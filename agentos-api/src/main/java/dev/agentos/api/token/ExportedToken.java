package dev.agentos.api.token;

import dev.agentos.api.security.Grant;
import java.util.List;
import java.util.Objects;

/**
 * A token that was minted here.
 *
 * @param id what it is called, see {@link SignedToken#id}; revoking it revokes every attenuation of it
 * @param token its text; empty in a list, since it is not kept
 * @param claims what it says
 * @param grants what stands for it here, one for each capability: revoking one, or what it comes from, revokes the token;
 *     none if they did not come back with the runtime
 * @since 0.3
 */
public record ExportedToken(String id, String token, TokenClaims claims, List<Grant> grants) {
    /** Copies the grants. */
    public ExportedToken {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(claims, "claims");
        grants = List.copyOf(grants);
    }

    /** {@return whether it is worth nothing any more, since one of its grants was revoked or is gone} */
    public boolean revoked() {
        return grants.isEmpty() || grants.stream().anyMatch(Grant::revoked);
    }

    /** {@return what it is, without the token, which is a secret} */
    @Override
    public String toString() {
        return "token " + id + " " + claims.capabilities() + " for " + claims.audience();
    }
}
