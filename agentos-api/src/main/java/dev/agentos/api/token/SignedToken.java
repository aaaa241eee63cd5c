package dev.agentos.api.token;

import dev.agentos.api.error.TokenException;
import java.util.List;
import java.util.Objects;

/**
 * A token whose signatures are right, block by block. That each block says no more than the one before holds for every object
 * of this type.
 *
 * @param keyId which of its issuer's keys signed it; 0 if it does not say
 * @param issuer the key that signed it
 * @param blocks what was minted, then what each attenuation left of it
 * @param sealed whether nothing can be appended any more
 * @since 0.3
 */
public record SignedToken(int keyId, VerifyingKey issuer, List<Block> blocks, boolean sealed) {
    /**
     * One block.
     *
     * @param revocationId what it is revoked by, in hexadecimal digits: nobody can make another block that says the same
     *     and has another id without the key that signed this one
     * @param claims what is left after it
     */
    public record Block(String revocationId, TokenClaims claims) {
        /** Checks that nothing is missing. */
        public Block {
            Objects.requireNonNull(revocationId, "revocationId");
            Objects.requireNonNull(claims, "claims");
        }
    }

    /**
     * Copies the blocks and checks that none widens.
     *
     * @throws TokenException if one does
     */
    public SignedToken {
        Objects.requireNonNull(issuer, "issuer");
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("a token has at least one block");
        }
        for (int i = 1; i < blocks.size(); i++) {
            blocks.get(i).claims().requireWithin(blocks.get(i - 1).claims());
        }
    }

    /** {@return what it is called: the revocation id of its first block, which all attenuations of it share} */
    public String id() {
        return blocks.getFirst().revocationId();
    }

    /** {@return what it says after all its attenuations} */
    public TokenClaims claims() {
        return blocks.getLast().claims();
    }

    /** {@return the ids of its blocks: revoking any of them revokes it} */
    public List<String> revocationIds() {
        return blocks.stream().map(Block::revocationId).toList();
    }
}
