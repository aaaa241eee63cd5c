package dev.agentos.security.key;

import dev.agentos.api.token.KeyAlgorithm;
import dev.agentos.api.token.VerifyingKey;
import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.util.Arrays;

/** How keys and signatures over P-256 are written. */
final class P256Form {
    static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private static final BigInteger PRIME =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final int COORDINATE = 32;
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;

    private P256Form() {}

    /**
     * {@return the compressed point of a key}
     *
     * @throws IllegalArgumentException if it is of another curve
     */
    static VerifyingKey compressed(ECPublicKey key) {
        var curve = key.getParams();
        if (!curve.getOrder().equals(ORDER)
                || !(curve.getCurve().getField() instanceof ECFieldFp field)
                || !field.getP().equals(PRIME)) {
            throw new IllegalArgumentException("a key of another curve than P-256");
        }
        var point = new byte[1 + COORDINATE];
        point[0] = (byte) (key.getW().getAffineY().testBit(0) ? 3 : 2);
        byte[] x = key.getW().getAffineX().toByteArray();
        int length = Math.min(x.length, COORDINATE);
        System.arraycopy(x, x.length - length, point, 1 + COORDINATE - length, length);
        return VerifyingKey.of(KeyAlgorithm.P256, point);
    }

    /** {@return a signature of the JDK's with the lower of both s, the other of which is as right: so there is one of them} */
    static byte[] withLowerS(byte[] der) {
        int second = 4 + der[3];
        BigInteger r = new BigInteger(Arrays.copyOfRange(der, 4, second));
        BigInteger s = new BigInteger(Arrays.copyOfRange(der, second + 2, der.length));
        BigInteger lower = s.min(ORDER.subtract(s));
        return Der.sequence(Der.value(INTEGER, r.toByteArray()), Der.value(INTEGER, lower.toByteArray()));
    }

    /** Just enough of DER. */
    static final class Der {
        private static final int LONG = 0x80;

        private Der() {}

        static byte[] sequence(byte[]... parts) {
            return value(SEQUENCE, joined(parts));
        }

        static byte[] value(int tag, byte[] content) {
            byte[] length = length(content.length);
            return joined(new byte[] {(byte) tag}, length, content);
        }

        private static byte[] length(int count) {
            if (count < LONG) {
                return new byte[] {(byte) count};
            }
            byte[] digits = BigInteger.valueOf(count).toByteArray();
            byte[] plain = digits[0] == 0 ? Arrays.copyOfRange(digits, 1, digits.length) : digits;
            return joined(new byte[] {(byte) (LONG + plain.length)}, plain);
        }

        static byte[] joined(byte[]... parts) {
            var whole =
                    new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
            int at = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, whole, at, part.length);
                at += part.length;
            }
            return whole;
        }
    }
}
