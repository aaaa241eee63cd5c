package dev.agentos.biscuit;

import biscuit.format.schema.Schema;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.agentos.api.error.TokenException;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.VerifyingKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.biscuitsec.biscuit.crypto.KeyPair;
import org.jspecify.annotations.Nullable;

/**
 * A token as a chain of signed blocks, whatever they say. Each block names the key that signs the next; a token carries the secret of
 * the last one, or, if it is sealed, what that secret signed.
 *
 * @param keyId 0 for none
 * @param blocks at least one
 * @param secret the seed of the key that the last block names; null if the token is sealed
 * @param seal what that key signed; null if the token is not sealed
 */
record Envelope(
        int keyId,
        List<Signed> blocks,
        @Nullable ByteString secret,
        @Nullable ByteString seal) {
    /** How long the text of a token may be. */
    static final int MAX_TEXT = 65_536;

    /** How many blocks a token may have. */
    static final int MAX_BLOCKS = 16;

    private static final int KEY = 32;
    private static final int ALGORITHM = 4;

    /** A block. */
    record Signed(ByteString data, ByteString nextKey, ByteString signature) {
        Signed with(byte[] made) {
            return new Signed(data, nextKey, ByteString.copyFrom(made));
        }

        /** What the key of the block before has signed. */
        byte[] message() {
            return ByteBuffer.allocate(data.size() + ALGORITHM + nextKey.size())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(data.asReadOnlyByteBuffer())
                    .putInt(Schema.PublicKey.Algorithm.Ed25519.getNumber())
                    .put(nextKey.asReadOnlyByteBuffer())
                    .array();
        }
    }

    /** Reads a token. Looks at no signature. */
    static Envelope read(String text) {
        if (text.length() > MAX_TEXT) {
            throw new TokenException(TokenFault.TOO_LARGE, "longer than " + MAX_TEXT + " characters");
        }
        try {
            Schema.Biscuit biscuit =
                    Schema.Biscuit.parseFrom(Base64.getUrlDecoder().decode(text));
            if (biscuit.getBlocksCount() >= MAX_BLOCKS) {
                throw new TokenException(TokenFault.TOO_DEEP, "more than " + MAX_BLOCKS + " blocks");
            }
            return of(biscuit);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new TokenException(TokenFault.MALFORMED, "not a Biscuit", e);
        }
    }

    private static Envelope of(Schema.Biscuit biscuit) {
        requireKnown(biscuit, "token");
        var blocks = new ArrayList<Signed>();
        blocks.add(signed(biscuit.getAuthority()));
        biscuit.getBlocksList().forEach(block -> blocks.add(signed(block)));
        Schema.Proof proof = biscuit.getProof();
        requireKnown(proof, "proof");
        require(biscuit.getRootKeyId() >= 0, "a key's number is not negative");
        require(proof.hasNextSecret() || proof.hasFinalSignature(), "without proof");
        ByteString secret = proof.hasNextSecret() ? proof.getNextSecret() : null;
        require(secret == null || secret.size() == KEY, "a secret has " + KEY + " bytes");
        ByteString seal = proof.hasFinalSignature() ? proof.getFinalSignature() : null;
        return new Envelope(biscuit.getRootKeyId(), List.copyOf(blocks), secret, seal);
    }

    private static Signed signed(Schema.SignedBlock block) {
        // A newer version of the signature is a field that this schema does not know.
        requireKnown(block, "signed block");
        require(!block.hasExternalSignature(), "a block of a third party");
        Schema.PublicKey next = block.getNextKey();
        requireKnown(next, "key");
        require(
                next.getAlgorithm() == Schema.PublicKey.Algorithm.Ed25519
                        && next.getKey().size() == KEY,
                "between blocks, keys are Ed25519");
        return new Signed(block.getBlock(), next.getKey(), block.getSignature());
    }

    static void requireKnown(Message message, String what) {
        if (!message.getUnknownFields().isEmpty()) {
            throw new TokenException(TokenFault.MALFORMED, "a " + what + " with a field that is not known");
        }
    }

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new TokenException(TokenFault.MALFORMED, what);
        }
    }

    /**
     * Checks all signatures and returns the ids of the blocks.
     *
     * @throws TokenException naming the first block whose signature is wrong
     */
    List<String> verify(VerifyingKey issuer, Signatures signatures) {
        var ids = new ArrayList<String>();
        for (int i = 0; i < blocks.size(); i++) {
            Signed block = blocks.get(i);
            byte[] signature = block.signature().toByteArray();
            boolean right = i == 0
                    ? signatures.isRight(issuer, block.message(), signature)
                    : Signatures.isEd25519(bytes(blocks.get(i - 1).nextKey()), block.message(), signature);
            if (!right) {
                throw new TokenException(TokenFault.BAD_SIGNATURE, "of block " + i);
            }
            ids.add(HexFormat.of().formatHex(i == 0 ? Signatures.canonical(issuer, signature) : signature));
        }
        if (!isProven()) {
            throw new TokenException(TokenFault.BAD_SIGNATURE, "the proof belongs to other blocks");
        }
        return ids;
    }

    private boolean isProven() {
        Signed last = blocks.getLast();
        if (secret != null) {
            return last.nextKey().equals(ByteString.copyFrom(Signatures.publicHalf(bytes(secret))));
        }
        return seal != null && Signatures.isEd25519(bytes(last.nextKey()), sealed(last), bytes(seal));
    }

    private static byte[] sealed(Signed last) {
        return bytes(ByteString.copyFrom(last.message()).concat(last.signature()));
    }

    private static byte[] bytes(ByteString string) {
        return string.toByteArray();
    }

    /** {@return a token of one block} */
    static Envelope of(ByteString data, SigningKey issuer, int keyId) {
        var next = new KeyPair();
        var unsigned = unsigned(data, next);
        Signed block = unsigned.with(issuer.sign(unsigned.message()));
        return new Envelope(keyId, List.of(block), ByteString.copyFrom(next.toBytes()), null);
    }

    private static Signed unsigned(ByteString data, KeyPair next) {
        return new Signed(data, ByteString.copyFrom(next.public_key().toBytes()), ByteString.EMPTY);
    }

    /** {@return this token with a block more} */
    Envelope append(ByteString data) {
        if (secret == null) {
            throw new TokenException(TokenFault.SEALED, "nothing can be appended");
        }
        if (blocks.size() >= MAX_BLOCKS) {
            throw new TokenException(TokenFault.TOO_DEEP, "it has " + MAX_BLOCKS + " blocks, which is the most");
        }
        var next = new KeyPair();
        var unsigned = unsigned(data, next);
        var longer = new ArrayList<>(blocks);
        longer.add(unsigned.with(Signatures.sign(new KeyPair(bytes(secret)), unsigned.message())));
        return new Envelope(keyId, List.copyOf(longer), ByteString.copyFrom(next.toBytes()), null);
    }

    /** {@return the text of the token} */
    String write() {
        var biscuit = Schema.Biscuit.newBuilder().setAuthority(written(blocks.getFirst()));
        blocks.stream().skip(1).map(Envelope::written).forEach(biscuit::addBlocks);
        if (keyId != 0) {
            biscuit.setRootKeyId(keyId);
        }
        var proof = Schema.Proof.newBuilder();
        if (secret != null) {
            proof.setNextSecret(secret);
        } else if (seal != null) {
            proof.setFinalSignature(seal);
        }
        String text = Base64.getUrlEncoder()
                .encodeToString(biscuit.setProof(proof).build().toByteArray());
        if (text.length() > MAX_TEXT) {
            throw new TokenException(TokenFault.TOO_LARGE, "it would be longer than " + MAX_TEXT + " characters");
        }
        return text;
    }

    private static Schema.SignedBlock written(Signed block) {
        return Schema.SignedBlock.newBuilder()
                .setBlock(block.data())
                .setNextKey(Schema.PublicKey.newBuilder()
                        .setAlgorithm(Schema.PublicKey.Algorithm.Ed25519)
                        .setKey(block.nextKey()))
                .setSignature(block.signature())
                .build();
    }
}
