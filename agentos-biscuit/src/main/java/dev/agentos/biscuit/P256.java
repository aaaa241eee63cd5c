package dev.agentos.biscuit;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Of an ECDSA signature (r, s) everybody can make the other one, (r, n - s), which is right as well. Both are accepted, since other
 * makes of Biscuit write either; but a signature is called by the one with the lower s, and there is one way of writing it.
 */
/** ECDSA over P-256, as the key of an issuer or a holder. */
final class P256 {
    private static final ECParameterSpec CURVE = curve();
    private static final BigInteger PRIME = ((ECFieldFp) CURVE.getCurve().getField()).getP();
    private static final int COORDINATE = 32;
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int SHORT_LENGTH = 0x80;

    private P256() {}

    private static ECParameterSpec curve() {
        try {
            var parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    static boolean isRight(byte[] key, byte[] message, byte[] signature) {
        ECPublicKey point = decode(key);
        if (point == null || Pair.read(signature) == null) {
            return false;
        }
        try {
            var verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(point);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException wrong) {
            return false;
        }
    }

    /** {@return the same signature with the lower s} */
    static byte[] canonical(byte[] signature) {
        Pair pair = Pair.read(signature);
        if (pair == null) {
            throw new IllegalArgumentException("not a signature over P-256");
        }
        BigInteger other = CURVE.getOrder().subtract(pair.s());
        return new Pair(pair.r(), pair.s().min(other)).write();
    }

    /** Finds the point of a compressed key; null if it is none. */
    private static @Nullable ECPublicKey decode(byte[] key) {
        var x = new BigInteger(1, Arrays.copyOfRange(key, 1, key.length));
        boolean marked = key.length == 1 + COORDINATE && (key[0] == 2 || key[0] == 3);
        if (!marked || x.compareTo(PRIME) >= 0) {
            return null;
        }
        EllipticCurve curve = CURVE.getCurve();
        BigInteger square =
                x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(PRIME);
        // The prime is 3 modulo 4, so this is a root if there is one.
        BigInteger root = square.modPow(PRIME.add(BigInteger.ONE).shiftRight(2), PRIME);
        if (!root.modPow(BigInteger.TWO, PRIME).equals(square)) {
            return null;
        }
        BigInteger y = root.testBit(0) == (key[0] == 3) ? root : PRIME.subtract(root);
        try {
            var spec = new ECPublicKeySpec(new ECPoint(x, y), CURVE);
            return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec);
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    /** The two numbers of a signature. */
    private record Pair(BigInteger r, BigInteger s) {
        /** Reads the one DER form of two numbers in range; null if it is anything else. */
        static @Nullable Pair read(byte[] der) {
            if (der.length < 8 || der.length > 72 || der[0] != SEQUENCE || der[1] != der.length - 2) {
                return null;
            }
            int lengthOfR = der[3];
            int second = 4 + lengthOfR;
            if (lengthOfR < 1 || second + 2 >= der.length) {
                return null;
            }
            var pair = new Pair(
                    new BigInteger(Arrays.copyOfRange(der, 4, second)),
                    new BigInteger(Arrays.copyOfRange(der, second + 2, der.length)));
            return pair.isInRange() && Arrays.equals(pair.write(), der) ? pair : null;
        }

        private boolean isInRange() {
            BigInteger order = CURVE.getOrder();
            return r.signum() > 0 && s.signum() > 0 && r.compareTo(order) < 0 && s.compareTo(order) < 0;
        }

        byte[] write() {
            byte[] first = r.toByteArray();
            byte[] last = s.toByteArray();
            var der = new byte[6 + first.length + last.length];
            assert der.length < SHORT_LENGTH;
            der[0] = SEQUENCE;
            der[1] = (byte) (der.length - 2);
            der[2] = INTEGER;
            der[3] = (byte) first.length;
            System.arraycopy(first, 0, der, 4, first.length);
            der[4 + first.length] = INTEGER;
            der[5 + first.length] = (byte) last.length;
            System.arraycopy(last, 0, der, 6 + first.length, last.length);
            return der;
        }
    }
}
