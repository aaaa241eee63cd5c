package dev.agentos.biscuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.spi.TokenFormat;
import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.VerifyingKey;
import dev.agentos.testkit.contract.TokenFormatContract;
import java.time.Instant;
import java.util.Map;
import java.util.ServiceLoader;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BiscuitTokenFormatTest implements TokenFormatContract {
    private final TokenFormat format = new BiscuitTokenFormat();
    private final TestKey issuer = TestKey.ed25519();
    private final TestKey holder = TestKey.ed25519();
    private final TokenClaims claims = Samples.claims(
            holder.verifyingKey(), "file:/data/** read,write; maxBytes=1MB", "tool:order.place call; uses=5");

    @Override
    public TokenFormat openFormat() {
        return new BiscuitTokenFormat();
    }

    @Override
    public SigningKey newKey() {
        return TestKey.ed25519();
    }

    private SignedToken verify(String token) {
        return format.verify(token, keyId -> issuer.verifyingKey());
    }

    private static void assertRefused(TokenFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @Test
    void provider_isFoundByItsName() {
        var names = ServiceLoader.load(dev.agentos.api.spi.TokenFormatProvider.class).stream()
                .map(provider -> provider.get().name());

        assertThat(names).containsExactly("biscuit");
    }

    @Test
    void token_saysWhatWasMinted() {
        String token = format.mint(claims, issuer, 7);

        SignedToken verified = verify(token);

        assertThat(verified.claims()).isEqualTo(claims);
        assertThat(verified.keyId()).isEqualTo(7);
        assertThat(verified.issuer()).isEqualTo(issuer.verifyingKey());
        assertThat(verified.blocks()).hasSize(1);
        assertThat(verified.sealed()).isFalse();
        assertThat(format.read(token)).isEqualTo(claims);
    }

    @Test
    void twoTokens_haveDifferentIds_whenTheySayTheSame() {
        SignedToken one = verify(format.mint(claims, issuer, 0));
        SignedToken other = verify(format.mint(claims, issuer, 0));

        assertThat(one.claims()).isEqualTo(other.claims());
        assertThat(one.id()).isNotEqualTo(other.id());
    }

    @Test
    void issuer_mayUseP256() {
        TestKey hardware = TestKey.p256();

        String token = format.attenuate(
                format.mint(claims, hardware, 0), Samples.narrowed(claims, "file:/data/a read; maxBytes=1kB"), null);

        assertThat(format.verify(token, keyId -> hardware.verifyingKey()).blocks())
                .hasSize(2);
        assertRefused(
                TokenFault.BAD_SIGNATURE,
                () -> format.verify(token, keyId -> TestKey.p256().verifyingKey()));
    }

    @Test
    void holder_mayUseP256() {
        TestKey hardware = TestKey.p256();
        String token = format.mint(Samples.heldBy(claims, hardware.verifyingKey()), issuer, 0);

        String handed = format.attenuate(token, claims, hardware);

        assertThat(verify(handed).claims().holder()).isEqualTo(holder.verifyingKey());
    }

    // ---- attenuation

    @Test
    void attenuation_narrowsEveryPart() {
        TokenClaims wide = Samples.forSystems(claims, "desk-2", "desk-3");
        TokenClaims narrow = Samples.until(
                Samples.narrowed(claims, "file:/data/a.csv read; maxBytes=1kB"), Instant.parse("2029-06-01T12:00:00Z"));

        String token = format.attenuate(format.mint(wide, issuer, 0), narrow, null);

        SignedToken verified = verify(token);
        assertThat(verified.claims()).isEqualTo(narrow);
        assertThat(verified.blocks().getFirst().claims()).isEqualTo(wide);
        assertThat(verified.revocationIds()).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void attenuations_shareTheIdOfTheirToken() {
        String token = format.mint(claims, issuer, 0);

        String one = format.attenuate(token, Samples.narrowed(claims, "tool:order.place call; uses=1"), null);
        String other = format.attenuate(token, Samples.narrowed(claims, "tool:order.place call; uses=2"), null);

        assertThat(verify(one).id())
                .isEqualTo(verify(other).id())
                .isEqualTo(verify(token).id());
        assertThat(verify(one).revocationIds().getLast())
                .isNotEqualTo(verify(other).revocationIds().getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/data/** read,write", "file:/** read; maxBytes=1MB", "tool:order.place call; uses=6"})
    void attenuation_isRefused_whenACapabilityIsWider(String wider) {
        String token = format.mint(claims, issuer, 0);

        assertRefused(TokenFault.WIDENED, () -> format.attenuate(token, Samples.narrowed(claims, wider), null));
    }

    @Test
    void attenuation_isRefused_whenAudienceOrTimeIsWider() {
        String token = format.mint(claims, issuer, 0);

        assertRefused(
                TokenFault.WIDENED,
                () -> format.attenuate(token, Samples.forSystems(claims, "desk-2", "desk-9"), null));
        assertRefused(
                TokenFault.WIDENED,
                () -> format.attenuate(
                        token, Samples.until(claims, claims.expires().plusSeconds(1)), null));
    }

    @Test
    void attenuation_isRefused_whenItSaysAsMuch() {
        String token = format.mint(claims, issuer, 0);

        assertRefused(TokenFault.WIDENED, () -> format.attenuate(token, claims, null));
    }

    @Test
    void token_isHandedOn_byItsHolderAlone() {
        TestKey next = TestKey.ed25519();
        String token = format.mint(claims, issuer, 0);
        TokenClaims handed = Samples.heldBy(claims, next.verifyingKey());

        String theirs = format.attenuate(token, handed, holder);

        assertThat(verify(theirs).claims().holder()).isEqualTo(next.verifyingKey());
        assertRefused(TokenFault.BAD_PROOF, () -> format.attenuate(token, handed, null));
        assertRefused(TokenFault.BAD_PROOF, () -> format.attenuate(token, handed, next));
    }

    @Test
    void depth_isBounded() {
        String token = format.mint(claims, issuer, 0);
        for (int i = 1; i < Envelope.MAX_BLOCKS; i++) {
            token = format.attenuate(
                    token, Samples.until(claims, claims.expires().minusSeconds(i)), null);
        }
        String deepest = token;

        assertThat(verify(deepest).blocks()).hasSize(Envelope.MAX_BLOCKS);
        assertRefused(
                TokenFault.TOO_DEEP,
                () -> format.attenuate(
                        deepest, Samples.until(claims, claims.expires().minusSeconds(99)), null));
    }

    // ---- keys

    @Test
    void keyIsChosen_byItsNumber() {
        TestKey old = TestKey.ed25519();
        Map<Integer, VerifyingKey> keys = Map.of(1, old.verifyingKey(), 2, issuer.verifyingKey());

        SignedToken before = format.verify(format.mint(claims, old, 1), keys::get);
        SignedToken after = format.verify(format.mint(claims, issuer, 2), keys::get);

        assertThat(before.issuer()).isEqualTo(old.verifyingKey());
        assertThat(after.issuer()).isEqualTo(issuer.verifyingKey());
        assertRefused(TokenFault.UNKNOWN_KEY, () -> format.verify(format.mint(claims, issuer, 3), keys::get));
        assertRefused(TokenFault.BAD_SIGNATURE, () -> format.verify(format.mint(claims, issuer, 1), keys::get));
    }

    @Test
    void signatures_areCheckedWithTheAlgorithmOfTheKey_notOfWhatIsSigned() {
        TestKey hardware = TestKey.p256();
        byte[] message = {1, 2, 3};

        assertThat(format.isSignedBy(issuer.verifyingKey(), message, issuer.sign(message)))
                .isTrue();
        assertThat(format.isSignedBy(hardware.verifyingKey(), message, hardware.sign(message)))
                .isTrue();
        assertThat(format.isSignedBy(issuer.verifyingKey(), message, hardware.sign(message)))
                .isFalse();
        assertThat(format.isSignedBy(hardware.verifyingKey(), message, issuer.sign(message)))
                .isFalse();
        assertThat(format.isSignedBy(issuer.verifyingKey(), new byte[] {1}, issuer.sign(message)))
                .isFalse();
        assertThat(format.isSignedBy(issuer.verifyingKey(), message, new byte[0]))
                .isFalse();
    }
}
