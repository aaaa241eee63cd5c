package dev.agentos.security.key;

import dev.agentos.security.key.P256Form.Der;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;

/*
 * PKCS#11 as the JDK sees it finds a private key by a certificate beside it, so a key that is made in the hardware needs one, and the
 * JDK has no way of making it. Nobody ever reads this one for anything but its public key.
 */
/** A certificate that says nothing but whose public key it holds (RFC 5280, 4.1). */
final class SelfSigned {
    private static final HexFormat HEX = HexFormat.of();
    /** ecdsa-with-SHA256. */
    private static final byte[] ALGORITHM = HEX.parseHex("300a06082a8648ce3d040302");

    private static final byte[] COMMON_NAME = HEX.parseHex("0603550403");
    private static final byte[] SINCE = "20260101000000Z".getBytes(StandardCharsets.US_ASCII);
    /** The time that means: no end that anybody knows of. */
    private static final byte[] UNTIL = "99991231235959Z".getBytes(StandardCharsets.US_ASCII);

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SET = 0x31;
    private static final int SERIAL_BITS = 127;

    private SelfSigned() {}

    static Certificate certificate(String name, KeyPair pair, Provider hardware) throws GeneralSecurityException {
        byte[] content = content(name, pair.getPublic().getEncoded());
        var signature = Signature.getInstance("SHA256withECDSA", hardware);
        signature.initSign(pair.getPrivate());
        signature.update(content);
        byte[] bits = Der.value(BIT_STRING, Der.joined(new byte[] {0}, signature.sign()));
        byte[] whole = Der.sequence(content, ALGORITHM, bits);
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    /** Version 1, which needs no extension. */
    private static byte[] content(String name, byte[] publicKey) {
        byte[] text = Der.value(UTF8_STRING, name.getBytes(StandardCharsets.UTF_8));
        byte[] who = Der.sequence(Der.value(SET, Der.sequence(COMMON_NAME, text)));
        byte[] serial = Der.value(
                INTEGER,
                new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0).toByteArray());
        byte[] validity = Der.sequence(Der.value(GENERALIZED_TIME, SINCE), Der.value(GENERALIZED_TIME, UNTIL));
        return Der.sequence(serial, ALGORITHM, who, validity, who, publicKey);
    }
}
