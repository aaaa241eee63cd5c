package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.TokenFormat;
import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TokenFormat} has to do: say what was minted, narrow only, and refuse what somebody has tampered with.
 *
 * @since 0.3
 */
public interface TokenFormatContract {
    /** When the tokens of these tests expire. */
    Instant END = Instant.parse("2030-01-01T00:00:00Z");

    /** {@return the format} */
    TokenFormat openFormat();

    /** {@return a new key} */
    SigningKey newKey();

    /** {@return claims for two systems} */
    static TokenClaims claims(SigningKey holder, String... capabilities) {
        return new TokenClaims(
                Stream.of(capabilities).map(Capability::parse).toList(),
                Set.of("desk-2", "desk-3"),
                END,
                holder.verifyingKey());
    }

    /** What is minted is what is verified and read, with the number of the key. */
    @Test
    default void token_saysWhatItsIssuerMinted() {
        TokenFormat format = openFormat();
        SigningKey issuer = newKey();
        TokenClaims claims =
                claims(newKey(), "file:/data/** read,write; maxBytes=1MB", "tool:order.place call; uses=5");

        String token = format.mint(claims, issuer, 7);
        SignedToken verified = format.verify(token, keyId -> keyId == 7 ? issuer.verifyingKey() : null);

        assertThat(verified.claims()).isEqualTo(claims);
        assertThat(verified.keyId()).isEqualTo(7);
        assertThat(verified.issuer()).isEqualTo(issuer.verifyingKey());
        assertThat(format.read(token)).isEqualTo(claims);
    }

    /** Each token has an id of its own, which its attenuations share. */
    @Test
    default void ids_areOfOneToken_andOfItsAttenuations() {
        TokenFormat format = openFormat();
        SigningKey issuer = newKey();
        SigningKey holder = newKey();
        TokenClaims claims = claims(holder, "file:/data/** read");
        String one = format.mint(claims, issuer, 0);
        String other = format.mint(claims, issuer, 0);
        String part = format.attenuate(one, claims(holder, "file:/data/a read"), null);

        List<String> ids = Stream.of(one, other, part)
                .map(token ->
                        format.verify(token, keyId -> issuer.verifyingKey()).id())
                .toList();

        assertThat(ids.get(0)).isNotEqualTo(ids.get(1)).isEqualTo(ids.get(2));
    }

    /** A later block says less, never more. */
    @Test
    default void attenuation_narrowsAndNeverWidens() {
        TokenFormat format = openFormat();
        SigningKey issuer = newKey();
        SigningKey holder = newKey();
        TokenClaims wide = claims(holder, "file:/data/** read,write");
        TokenClaims narrow = new TokenClaims(
                List.of(Capability.parse("file:/data/a read")), Set.of("desk-3"), END.minusSeconds(1), wide.holder());
        String token = format.mint(wide, issuer, 0);

        String part = format.attenuate(token, narrow, null);

        assertThat(format.verify(part, keyId -> issuer.verifyingKey()).claims()).isEqualTo(narrow);
        assertThatThrownBy(() -> format.attenuate(part, wide, null)).isInstanceOf(TokenException.class);
    }

    /** Another holder needs the signature of the one before. */
    @Test
    default void holder_handsATokenOn_andNobodyElse() {
        TokenFormat format = openFormat();
        SigningKey issuer = newKey();
        SigningKey holder = newKey();
        SigningKey thief = newKey();
        TokenClaims claims = claims(holder, "file:/data/** read");
        TokenClaims stolen = claims(thief, "file:/data/** read");
        String token = format.mint(claims, issuer, 0);

        String handed = format.attenuate(token, stolen, holder);

        assertThat(format.verify(handed, keyId -> issuer.verifyingKey())
                        .claims()
                        .holder())
                .isEqualTo(thief.verifyingKey());
        assertThatThrownBy(() -> format.attenuate(token, stolen, null)).isInstanceOf(TokenException.class);
        assertThatThrownBy(() -> format.attenuate(token, stolen, thief)).isInstanceOf(TokenException.class);
    }

    /** Keys that are not trusted, and those that did not sign. */
    @Test
    default void token_isRefused_underAnotherKey() {
        TokenFormat format = openFormat();
        SigningKey issuer = newKey();
        String token = format.mint(claims(newKey(), "file:/data/** read"), issuer, 1);

        assertThatThrownBy(() -> format.verify(token, keyId -> null))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(TokenFault.UNKNOWN_KEY));
        assertThatThrownBy(() -> format.verify(token, keyId -> newKey().verifyingKey()))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(TokenFault.BAD_SIGNATURE));
    }

    /** Whatever is done to its text, a token says what it said or is refused. */
    @Test
    default void token_saysTheSameOrNothing_whenItsTextIsChanged() {
        TokenFormat format = openFormat();
        SigningKey issuer = newKey();
        TokenClaims claims = claims(newKey(), "file:/data/** read");
        String token = format.mint(claims, issuer, 0);

        int refused = 0;
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            try {
                String changed = token.substring(0, i) + other + token.substring(i + 1);
                assertThat(format.verify(changed, keyId -> issuer.verifyingKey())
                                .claims())
                        .isEqualTo(claims);
            } catch (TokenException expected) {
                refused++;
            }
        }

        assertThat(refused).isGreaterThan(token.length() / 2);
    }

    /** What is no token is refused as such, whatever it is. */
    @Test
    default void nonsense_isRefused() {
        TokenFormat format = openFormat();

        for (String text : List.of("", " ", "nonsense", "A".repeat(100_000), "\u0000", "\ud83d")) {
            assertThatThrownBy(() -> format.verify(text, keyId -> newKey().verifyingKey()))
                    .isInstanceOf(TokenException.class);
            assertThatThrownBy(() -> format.read(text)).isInstanceOf(TokenException.class);
        }
    }

    /** A signature is right, or it is not; nothing is thrown. */
    @Test
    default void signature_isRight_forItsKeyAndMessageAlone() {
        TokenFormat format = openFormat();
        SigningKey key = newKey();
        byte[] message = {1, 2, 3};
        byte[] signature = key.sign(message);

        assertThat(format.isSignedBy(key.verifyingKey(), message, signature)).isTrue();
        assertThat(format.isSignedBy(newKey().verifyingKey(), message, signature))
                .isFalse();
        assertThat(format.isSignedBy(key.verifyingKey(), new byte[0], signature))
                .isFalse();
        assertThat(format.isSignedBy(key.verifyingKey(), message, new byte[0])).isFalse();
        assertThat(format.isSignedBy(key.verifyingKey(), message, new byte[64])).isFalse();
    }
}
