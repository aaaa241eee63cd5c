package dev.agentos.biscuit;

import dev.agentos.api.token.VerifyingKey;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import net.i2p.crypto.eddsa.EdDSAEngine;
import net.i2p.crypto.eddsa.EdDSAPublicKey;
import net.i2p.crypto.eddsa.spec.EdDSAPrivateKeySpec;
import net.i2p.crypto.eddsa.spec.EdDSAPublicKeySpec;
import org.biscuitsec.biscuit.crypto.KeyPair;
import org.jspecify.annotations.Nullable;

/*
 * Ed25519 is checked by the engine that the Biscuit library brings, which takes a fifth of the time of the JDK's (115 against 530
 * microseconds, measured). It does not look whether S is below the order of the group (CVE-2020-36843), so that whoever sees a
 * signature could make another one of it: and what is revoked or imported once is named by signatures. Nor does it mind keys of small
 * order, for which everybody can sign. Both are refused here.
 */
/** Checks signatures, and names them such that nobody but the key's owner can make a second one of another name. Thread-safe. */
final class Signatures {
    /** The order of the base point, little end first. */
    private static final byte[] ORDER =
            HexFormat.of().parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

    private static final String ZEROS = "00".repeat(30);
    private static final String ONES = "ff".repeat(30);
    private static final String EIGHT = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc";
    private static final String OTHER_EIGHT = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03";
    /** The encodings of the points of order 1, 2, 4 and 8, those with a coordinate that is not reduced included. */
    private static final Set<String> WEAK_KEYS = Set.of(
            "00" + ZEROS + "00",
            "00" + ZEROS + "80",
            "01" + ZEROS + "00",
            "01" + ZEROS + "80",
            "ec" + ONES + "7f",
            "ec" + ONES + "ff",
            "ed" + ONES + "7f",
            "ed" + ONES + "ff",
            "ee" + ONES + "7f",
            "ee" + ONES + "ff",
            EIGHT + "05",
            EIGHT + "85",
            OTHER_EIGHT + "7a",
            OTHER_EIGHT + "fa");

    private static final int SCALAR = 32;
    private static final int SIGNATURE = 64;

    private static final int MOST_KEYS = 256;

    /** Of issuers and holders, which come again: reading a key takes almost as long as using it. Guarded by itself. */
    private final Map<VerifyingKey, EdDSAPublicKey> keys = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<VerifyingKey, EdDSAPublicKey> eldest) {
            return size() > MOST_KEYS;
        }
    };

    boolean isRight(VerifyingKey key, byte[] message, byte[] signature) {
        return switch (key.algorithm()) {
            case ED25519 -> isStrict(key.hex(), signature) && verify(known(key), message, signature);
            case P256 -> P256.isRight(key.bytes(), message, signature);
        };
    }

    private @Nullable EdDSAPublicKey known(VerifyingKey key) {
        synchronized (keys) {
            EdDSAPublicKey known = keys.get(key);
            if (known != null) {
                return known;
            }
        }
        EdDSAPublicKey read = read(key.bytes());
        if (read != null) {
            synchronized (keys) {
                keys.put(key, read);
            }
        }
        return read;
    }

    /** Whether an Ed25519 signature is right and the only one that is, by a key that is seen once. */
    static boolean isEd25519(byte[] key, byte[] message, byte[] signature) {
        return isStrict(HexFormat.of().formatHex(key), signature) && verify(read(key), message, signature);
    }

    private static boolean isStrict(String key, byte[] signature) {
        return signature.length == SIGNATURE && isBelowOrder(signature) && !WEAK_KEYS.contains(key);
    }

    /** {@return the point of a key, with all that it is computed from; null if it is none} */
    private static @Nullable EdDSAPublicKey read(byte[] key) {
        try {
            var read = new EdDSAPublicKey(new EdDSAPublicKeySpec(key, KeyPair.ed25519));
            read.getNegativeA(); // computed when first asked for, and kept
            return read;
        } catch (IllegalArgumentException notAPoint) {
            return null;
        }
    }

    private static boolean verify(@Nullable EdDSAPublicKey key, byte[] message, byte[] signature) {
        if (key == null) {
            return false;
        }
        try {
            var engine = new EdDSAEngine(MessageDigest.getInstance("SHA-512"));
            engine.initVerify(key);
            return engine.verifyOneShot(message, signature);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-512", e);
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            return false;
        }
    }

    /** {@return the one form of a right signature by which it is called, whatever its maker or a thief wrote} */
    static byte[] canonical(VerifyingKey key, byte[] signature) {
        return switch (key.algorithm()) {
            case ED25519 -> signature;
            case P256 -> P256.canonical(signature);
        };
    }

    /** {@return the public key of a secret} A key pair of the library would compute it twice. */
    static byte[] publicHalf(byte[] secret) {
        return new EdDSAPrivateKeySpec(secret, KeyPair.ed25519).getA().toByteArray();
    }

    /** Signs with the secret that is carried by a token that is not sealed. */
    static byte[] sign(KeyPair key, byte[] message) {
        try {
            var engine = new EdDSAEngine(MessageDigest.getInstance("SHA-512"));
            engine.initSign(key.private_key);
            return engine.signOneShot(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was just made cannot sign", e);
        }
    }

    private static boolean isBelowOrder(byte[] signature) {
        for (int i = SCALAR - 1; i >= 0; i--) {
            int mine = signature[SCALAR + i] & 0xff;
            int bound = ORDER[i] & 0xff;
            if (mine != bound) {
                return mine < bound;
            }
        }
        return false;
    }
}
