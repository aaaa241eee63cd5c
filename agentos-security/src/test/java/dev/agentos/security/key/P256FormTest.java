package dev.agentos.security.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class P256FormTest {
    private static KeyPair pair(String curve) throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static BigInteger s(byte[] der) {
        return new BigInteger(Arrays.copyOfRange(der, 6 + der[3], der.length));
    }

    @RepeatedTest(20)
    void signature_isRight_andHasTheLowerS() throws Exception {
        KeyPair pair = pair("secp256r1");
        byte[] message = {1, 2, 3};
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(message);

        byte[] lower = P256Form.withLowerS(signature.sign());

        signature.initVerify(pair.getPublic());
        signature.update(message);
        assertThat(signature.verify(lower)).isTrue();
        assertThat(s(lower)).isLessThanOrEqualTo(P256Form.ORDER.shiftRight(1));
        assertThat(P256Form.withLowerS(lower)).isEqualTo(lower);
    }

    @RepeatedTest(20)
    void key_isItsXAndTheSignOfY() throws Exception {
        var key = (ECPublicKey) pair("secp256r1").getPublic();

        String hex = P256Form.compressed(key).hex();

        assertThat(new BigInteger(hex.substring(2), 16)).isEqualTo(key.getW().getAffineX());
        assertThat(hex.startsWith("03")).isEqualTo(key.getW().getAffineY().testBit(0));
    }

    @Test
    void keyOfAnotherCurve_isRefused() throws Exception {
        var key = (ECPublicKey) pair("secp384r1").getPublic();

        assertThatThrownBy(() -> P256Form.compressed(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void certificate_isSignedByItsOwnKey() throws Exception {
        KeyPair pair = pair("secp256r1");
        var software = KeyPairGenerator.getInstance("EC").getProvider();

        var certificate = (X509Certificate) SelfSigned.certificate("desk, \"2\" ü", pair, software);

        certificate.verify(pair.getPublic());
        certificate.checkValidity();
        assertThat(certificate.getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(certificate.getSubjectX500Principal()).isEqualTo(certificate.getIssuerX500Principal());
        assertThat(certificate.getSubjectX500Principal().getName()).contains("ü");
    }
}
