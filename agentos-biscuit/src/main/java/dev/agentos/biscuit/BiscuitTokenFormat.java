package dev.agentos.biscuit;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.spi.TokenFormat;
import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.VerifyingKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.biscuitsec.biscuit.datalog.SymbolTable;
import org.jspecify.annotations.Nullable;

/** Tokens as the description of this package says. Thread-safe. */
final class BiscuitTokenFormat implements TokenFormat {
    private static final HexFormat HEX = HexFormat.of();

    private final Signatures signatures = new Signatures();

    @Override
    public String mint(TokenClaims claims, SigningKey issuer, int keyId) {
        if (keyId < 0) {
            throw new IllegalArgumentException("a key's number is not negative: " + keyId);
        }
        return Envelope.of(BlockWriter.first(claims), issuer, keyId).write();
    }

    @Override
    public String attenuate(String token, TokenClaims narrower, @Nullable SigningKey holder) {
        Envelope envelope = Envelope.read(token);
        var reading = new Reading(envelope);
        TokenClaims before = reading.claims.getLast();
        narrower.requireWithin(before);
        if (narrower.equals(before)) {
            throw new TokenException(TokenFault.WIDENED, "it says as much as the token already does");
        }
        String handover = null;
        if (!narrower.holder().equals(before.holder())) {
            handover = HEX.formatHex(signed(envelope, before, narrower, holder));
        }
        return envelope.append(BlockWriter.later(narrower, before, reading.words(), handover))
                .write();
    }

    private static byte[] signed(
            Envelope envelope, TokenClaims before, TokenClaims narrower, @Nullable SigningKey holder) {
        if (holder == null || !holder.verifyingKey().equals(before.holder())) {
            throw new TokenException(
                    TokenFault.BAD_PROOF, "only its holder, " + before.holder() + ", can hand it to another");
        }
        return holder.sign(handover(id(envelope.blocks().getLast()), narrower));
    }

    /** Of a block that was not verified; whoever verifies it computes the same if its signature is in the form that we write. */
    private static String id(Envelope.Signed block) {
        return HEX.formatHex(block.signature().toByteArray());
    }

    private static byte[] handover(String blockBefore, TokenClaims claims) {
        return ("agentos-handover/1\n" + blockBefore + "\n" + claims.text()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public TokenClaims read(String token) {
        return new Reading(Envelope.read(token)).claims.getLast();
    }

    @Override
    public SignedToken verify(String token, IntFunction<@Nullable VerifyingKey> issuers) {
        Envelope envelope = Envelope.read(token);
        VerifyingKey issuer = issuers.apply(envelope.keyId());
        if (issuer == null) {
            throw new TokenException(
                    TokenFault.UNKNOWN_KEY, "nobody's key of number " + envelope.keyId() + " is trusted");
        }
        List<String> ids = envelope.verify(issuer, signatures);
        var reading = new Reading(envelope);
        reading.requireHandovers(envelope, signatures);
        var blocks = new ArrayList<SignedToken.Block>();
        for (int i = 0; i < ids.size(); i++) {
            blocks.add(new SignedToken.Block(ids.get(i), reading.claims.get(i)));
        }
        return new SignedToken(envelope.keyId(), issuer, blocks, envelope.secret() == null);
    }

    @Override
    public boolean isSignedBy(VerifyingKey key, byte[] message, byte[] signature) {
        return signatures.isRight(
                Objects.requireNonNull(key, "key"),
                Objects.requireNonNull(message, "message"),
                Objects.requireNonNull(signature, "signature"));
    }

    /** What the blocks of a token say, one after the other. */
    private static final class Reading {
        private final List<Statements> statements;
        private final List<TokenClaims> claims = new ArrayList<>();
        private final BlockReader reader = new BlockReader();

        Reading(Envelope envelope) {
            statements = envelope.blocks().stream()
                    .map(block -> reader.read(block.data()))
                    .toList();
            for (Statements block : statements) {
                claims.add(claims.isEmpty() ? block.claims() : block.after(claims.getLast()));
            }
        }

        SymbolTable words() {
            return reader.words();
        }

        /** Each change of the holder was signed by the one before. */
        void requireHandovers(Envelope envelope, Signatures signatures) {
            for (int i = 1; i < statements.size(); i++) {
                String handover = statements.get(i).handover();
                if (handover != null && !isRight(signatures, handover, i, envelope)) {
                    throw new TokenException(
                            TokenFault.BAD_SIGNATURE,
                            "of the handover in block " + i + ", by "
                                    + claims.get(i - 1).holder());
                }
            }
        }

        private boolean isRight(Signatures signatures, String handover, int block, Envelope envelope) {
            try {
                return signatures.isRight(
                        claims.get(block - 1).holder(),
                        BiscuitTokenFormat.handover(id(envelope.blocks().get(block - 1)), claims.get(block)),
                        HEX.parseHex(handover));
            } catch (IllegalArgumentException notHex) {
                return false;
            }
        }
    }
}
