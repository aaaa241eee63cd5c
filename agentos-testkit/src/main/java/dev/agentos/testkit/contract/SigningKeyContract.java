package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.token.KeyAlgorithm;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.VerifyingKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SigningKey} has to do: sign what its public half verifies, until it is closed.
 *
 * @since 0.3
 */
public interface SigningKeyContract {
    /** {@return a key, which the test closes} */
    SigningKey openKey();

    /** Ed25519 is verified by the JDK from nothing but the bytes; the test of a P-256 key brings its own verifier. */
    @Test
    default void key_signs_whatItsPublicHalfVerifies() throws GeneralSecurityException {
        byte[] message = {1, 2, 3};
        try (SigningKey key = openKey()) {
            byte[] signature = key.sign(message);

            assertThat(isRight(key.verifyingKey(), message, signature)).isTrue();
            assertThat(isRight(key.verifyingKey(), new byte[] {1, 2}, signature))
                    .isFalse();
        }
    }

    /** An empty message is one too. */
    @Test
    default void key_signs_anEmptyMessage() throws GeneralSecurityException {
        try (SigningKey key = openKey()) {
            assertThat(isRight(key.verifyingKey(), new byte[0], key.sign(new byte[0])))
                    .isTrue();
        }
    }

    /** Closing twice does nothing more; signing afterwards says so. */
    @Test
    default void key_signsNothing_onceItIsClosed() {
        SigningKey key = openKey();

        key.close();

        assertThatCode(key::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> key.sign(new byte[] {1})).isInstanceOf(IllegalStateException.class);
    }

    /** What is logged is the public half. */
    @Test
    default void key_showsItsPublicHalf() {
        try (SigningKey key = openKey()) {
            assertThat(key).hasToString(key.verifyingKey().toString());
        }
    }

    /** {@return whether a signature is right} The default verifies Ed25519 with the JDK. */
    default boolean isRight(VerifyingKey key, byte[] message, byte[] signature) throws GeneralSecurityException {
        assertThat(key.algorithm()).isEqualTo(KeyAlgorithm.ED25519);
        byte[] encoded = HexFormat.of().parseHex("302a300506032b6570032100" + key.hex());
        PublicKey publicKey = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        var verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(publicKey);
        verifier.update(message);
        return verifier.verify(signature);
    }
}
