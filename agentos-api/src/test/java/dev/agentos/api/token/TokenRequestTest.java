package dev.agentos.api.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRequestTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00.123456789Z");
    private static final String NONCE = "0123456789abcdef0123456789abcdef";
    private static final byte[] NOTHING = new byte[0];

    /** Signs with nothing: what is looked at is what it is given. */
    private static final class Copying implements SigningKey {
        private final List<byte[]> messages = new ArrayList<>();

        @Override
        public VerifyingKey verifyingKey() {
            return VerifyingKey.of(KeyAlgorithm.ED25519, new byte[32]);
        }

        @Override
        public byte[] sign(byte[] message) {
            messages.add(message);
            return new byte[] {1, 2, 3};
        }

        @Override
        public void close() {
            messages.clear();
        }
    }

    private static String text(TokenRequest request) {
        return new String(request.message(NOW, NONCE), StandardCharsets.UTF_8);
    }

    @Test
    void message_differs_wheneverAnythingDiffers() {
        List<String> texts = List.of(
                text(TokenRequest.of("t", "desk", "GET /", NOTHING)),
                text(TokenRequest.of("u", "desk", "GET /", NOTHING)),
                text(TokenRequest.of("t", "desk-2", "GET /", NOTHING)),
                text(TokenRequest.of("t", "desk", "PUT /", NOTHING)),
                text(TokenRequest.of("t", "desk", "GET /", new byte[] {0})),
                text(TokenRequest.toImport("t", "desk")));

        assertThat(texts).doesNotHaveDuplicates();
    }

    @Test
    void message_isWhatIsDocumented() {
        String empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

        String text = text(TokenRequest.of("", "desk", "GET /", NOTHING));

        assertThat(text)
                .isEqualTo("agentos-request/1\n" + empty + "\ndesk\nGET /\n" + empty + "\n1780272000123\n" + NONCE);
    }

    @Test
    void fields_cannotRunIntoOneAnother() {
        assertThatThrownBy(() -> TokenRequest.of("t", "desk\nGET /", "x", NOTHING))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenRequest.of("t", "desk", "GET /\n" + NONCE, NOTHING))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenRequest.of("t", "desk", "", NOTHING))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenRequest.of("t", "", "GET /", NOTHING))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenRequest.of("t", "desk", "x".repeat(513), NOTHING))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenRequest("t", "desk", "GET /", "AB"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void proofs_haveNoncesOfTheirOwn() {
        var request = TokenRequest.toImport("t", "desk");
        try (var key = new Copying()) {
            RequestProof one = request.sign(key, NOW);
            RequestProof other = request.sign(key, NOW);

            assertThat(one.nonce()).isNotEqualTo(other.nonce());
            assertThat(key.messages.getFirst()).isEqualTo(request.message(one.time(), one.nonce()));
            assertThat(one.signature()).isEqualTo("AQID");
        }
    }

    @Test
    void proof_roundTrips() {
        var proof = new RequestProof(NOW, NONCE, "AQID");

        assertThat(proof).hasToString("v1.1780272000123." + NONCE + ".AQID");
        assertThat(RequestProof.parse(proof.toString())).isEqualTo(proof);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v1",
                "v2.1.0123456789abcdef0123456789abcdef.AQID",
                "v1.-1.0123456789abcdef0123456789abcdef.AQID",
                "v1.9999999999999999999.0123456789abcdef0123456789abcdef.AQID",
                "v1.1.0123456789ABCDEF0123456789abcdef.AQID",
                "v1.1.0123.AQID",
                "v1.1.0123456789abcdef0123456789abcdef.",
                "v1.1.0123456789abcdef0123456789abcdef.AQ+D",
                "v1.1.0123456789abcdef0123456789abcdef.AQID.x"
            })
    void proof_isRefused(String text) {
        assertThatThrownBy(() -> RequestProof.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void key_roundTrips(KeyAlgorithm algorithm) {
        byte[] bytes = new byte[algorithm.keyBytes()];
        bytes[0] = -1;

        VerifyingKey key = VerifyingKey.of(algorithm, bytes);

        assertThat(VerifyingKey.parse(key.toString())).isEqualTo(key);
        assertThat(key.bytes()).isEqualTo(bytes);
        assertThat(key.toString()).startsWith(algorithm + "/ff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ed25519",
                "ed25519/",
                "ed25519/00",
                "rsa/0000000000000000000000000000000000000000000000000000000000000000",
                "ed25519/000000000000000000000000000000000000000000000000000000000000000G",
                "ed25519/FF00000000000000000000000000000000000000000000000000000000000000",
                "p256/0000000000000000000000000000000000000000000000000000000000000000"
            })
    void key_isRefused(String text) {
        assertThatThrownBy(() -> VerifyingKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
