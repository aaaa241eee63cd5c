package dev.agentos.security.key;

import dev.agentos.api.token.KeyAlgorithm;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.VerifyingKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A private key in the memory of this JVM. Thread-safe. */
final class Ed25519Key implements SigningKey {
    static final String ALGORITHM = "Ed25519";
    private static final byte[] PROBE = {'a', 'g', 'e', 'n', 't', 'o', 's'};

    private final VerifyingKey verifyingKey;
    private volatile @Nullable PrivateKey privateKey; // null once it is closed

    private Ed25519Key(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        byte[] encoded = publicKey.getEncoded();
        int size = KeyAlgorithm.ED25519.keyBytes();
        // X.509 puts the 32 bytes of the key last.
        this.verifyingKey = VerifyingKey.of(
                KeyAlgorithm.ED25519, Arrays.copyOfRange(encoded, encoded.length - size, encoded.length));
    }

    static Ed25519Key generate() {
        return of(generatePair());
    }

    static Ed25519Key of(KeyPair pair) {
        return new Ed25519Key(pair.getPrivate(), pair.getPublic());
    }

    static KeyPair generatePair() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no Ed25519", e);
        }
    }

    /** Whether the halves belong together: tokens that nobody can verify are found out too late. */
    static boolean isPair(PrivateKey privateKey, PublicKey publicKey) {
        try {
            var verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(publicKey);
            verifier.update(PROBE);
            return verifier.verify(signed(privateKey, PROBE));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public VerifyingKey verifyingKey() {
        return verifyingKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        PrivateKey mine = privateKey;
        if (mine == null) {
            throw new IllegalStateException("key " + verifyingKey + " is closed");
        }
        try {
            return signed(mine, message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("key " + verifyingKey + " cannot sign", e);
        }
    }

    private static byte[] signed(PrivateKey key, byte[] message) throws GeneralSecurityException {
        var signature = Signature.getInstance(ALGORITHM);
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
    }

    @Override
    public void close() {
        privateKey = null;
    }

    /** {@return the public half; the private one is never shown} */
    @Override
    public String toString() {
        return verifyingKey.toString();
    }
}
