package dev.agentos.biscuit;

import dev.agentos.api.token.KeyAlgorithm;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.VerifyingKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;

/** A key of the JDK. What it signs over P-256 has whatever s comes out, as other makes write it. */
record TestKey(VerifyingKey verifyingKey, KeyPair pair, String signatures) implements SigningKey {
    private static final int RAW = 32;

    static TestKey ed25519() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] raw = Arrays.copyOfRange(encoded, encoded.length - RAW, encoded.length);
            return new TestKey(VerifyingKey.of(KeyAlgorithm.ED25519, raw), pair, "Ed25519");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestKey p256() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            var point = ((ECPublicKey) pair.getPublic()).getW();
            var compressed = new byte[1 + RAW];
            compressed[0] = (byte) (point.getAffineY().testBit(0) ? 3 : 2);
            byte[] x = unsigned(point.getAffineX());
            System.arraycopy(x, 0, compressed, 1, RAW);
            return new TestKey(VerifyingKey.of(KeyAlgorithm.P256, compressed), pair, "SHA256withECDSA");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        var whole = new byte[RAW];
        int length = Math.min(bytes.length, RAW);
        System.arraycopy(bytes, bytes.length - length, whole, RAW - length, length);
        return whole;
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            var signature = Signature.getInstance(signatures);
            signature.initSign(pair.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        // It is in memory.
    }
}
