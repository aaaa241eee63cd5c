package dev.agentos.api.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.TokenException;
import dev.agentos.api.security.Capability;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenClaimsTest {
    private static final VerifyingKey KEY = VerifyingKey.of(KeyAlgorithm.ED25519, new byte[32]);
    private static final VerifyingKey OTHER = VerifyingKey.of(KeyAlgorithm.P256, new byte[33]);
    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");

    private static TokenClaims claims(String... capabilities) {
        return new TokenClaims(
                Stream.of(capabilities).map(Capability::parse).toList(), Set.of("desk-2", "desk-3"), END, KEY);
    }

    private static void assertWider(TokenClaims narrow, TokenClaims wide) {
        assertThatThrownBy(() -> narrow.requireWithin(wide)).isInstanceOfSatisfying(TokenException.class, e -> {
            assertThat(e.fault()).isEqualTo(TokenFault.WIDENED);
            assertThat(e.code()).isEqualTo(ErrorCode.TOKEN_REFUSED);
            assertThat(e.code().retryable()).isFalse();
        });
    }

    @Test
    void expiry_isCutToWholeSeconds() {
        var claims = new TokenClaims(List.of(Capability.parse("tool:x call")), Set.of("a"), END.plusMillis(999), KEY);

        assertThat(claims.expires()).isEqualTo(END);
    }

    @Test
    void claims_areCopies() {
        var capabilities = new ArrayList<>(List.of(Capability.parse("tool:x call")));
        var claims = new TokenClaims(capabilities, Set.of("a"), END, KEY);

        capabilities.clear();

        assertThat(claims.capabilities()).hasSize(1);
        assertThatThrownBy(() -> claims.audience().add("b")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void claims_areBounded() {
        List<Capability> many = IntStream.range(0, TokenClaims.MAX_CAPABILITIES + 1)
                .mapToObj(i -> Capability.parse("tool:x" + i + " call"))
                .toList();
        Set<String> systems =
                Set.copyOf(IntStream.rangeClosed(0, 16).mapToObj(i -> "s" + i).toList());
        List<Capability> one = many.subList(0, 1);

        for (Runnable wrong : List.<Runnable>of(
                () -> new TokenClaims(many, Set.of("a"), END, KEY),
                () -> new TokenClaims(List.of(), Set.of("a"), END, KEY),
                () -> new TokenClaims(List.of(one.getFirst(), one.getFirst()), Set.of("a"), END, KEY),
                () -> new TokenClaims(one, systems, END, KEY),
                () -> new TokenClaims(one, Set.of(), END, KEY),
                () -> new TokenClaims(one, Set.of("a"), Instant.MAX, KEY),
                () -> new TokenClaims(one, Set.of("a"), Instant.EPOCH.minusSeconds(1), KEY))) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "a b", "a\nb", "a//b", "/a", "a/", "a/../b", ".", "a/.", "dés", "a\"b", "a%20b", "*", "a;b",
                "a,b"
            })
    void nameOfASystem_isRefused(String name) {
        assertThatThrownBy(() -> new TokenTerms(Set.of(name), END, KEY)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "desk-2", "trading/desk-2", "host.example:8443", "user@host", "_x"})
    void nameOfASystem_isAResourceOfGrants(String name) {
        var terms = new TokenTerms(Set.of(name), END, KEY);

        assertThat(terms.audience()).containsExactly(name);
        assertThatCode(() -> Capability.of("token:" + name, "export")).doesNotThrowAnyException();
    }

    @Test
    void narrowerClaims_areWithin() {
        TokenClaims wide = claims("file:/data/** read,write", "tool:x call; uses=5");

        wide.requireWithin(wide);
        claims("file:/data/a read").requireWithin(wide);
        claims("tool:x call; uses=1", "tool:x call; uses=2").requireWithin(wide);
        new TokenClaims(wide.capabilities(), Set.of("desk-3"), END.minusSeconds(1), OTHER).requireWithin(wide);

        assertThat(wide.capabilities()).hasSize(2);
    }

    @Test
    void widerClaims_areRefused() {
        TokenClaims wide = claims("file:/data/** read,write", "tool:x call; uses=5");

        assertWider(claims("file:/** read"), wide);
        assertWider(claims("file:/data/a read", "tool:y call"), wide);
        assertWider(claims("tool:x call; uses=6"), wide);
        assertWider(claims("tool:x call"), wide);
        assertWider(new TokenClaims(wide.capabilities(), Set.of("desk-4"), END, KEY), wide);
        assertWider(new TokenClaims(wide.capabilities(), wide.audience(), END.plusSeconds(1), KEY), wide);
    }

    @Test
    void changeOfHolder_takesOneFromTheDepth() {
        TokenClaims deep = claims("tool:x call; depth=1");
        TokenClaims last = claims("tool:x call; depth=0");

        heldByOther(last).requireWithin(deep);

        assertWider(heldByOther(deep), deep);
        assertWider(heldByOther(last), last);
    }

    private static TokenClaims heldByOther(TokenClaims claims) {
        return new TokenClaims(claims.capabilities(), claims.audience(), claims.expires(), OTHER);
    }

    @Test
    void text_isEqualForEqualClaimsAlone() {
        TokenClaims claims = claims("file:/data/** read", "tool:x call");
        var same = new TokenClaims(claims.capabilities(), Set.of("desk-3", "desk-2"), END.plusMillis(5), KEY);

        assertThat(same.text()).isEqualTo(claims.text());
        assertThat(Stream.of(
                                claims,
                                claims("file:/data/** read"),
                                heldByOther(claims),
                                new TokenClaims(claims.capabilities(), Set.of("desk-2"), END, KEY),
                                new TokenClaims(claims.capabilities(), claims.audience(), END.minusSeconds(1), KEY))
                        .map(TokenClaims::text))
                .doesNotHaveDuplicates();
    }

    @Test
    void signedToken_isNotMade_whenABlockWidens() {
        var first = new SignedToken.Block("aa", claims("file:/data/** read"));
        var second = new SignedToken.Block("bb", claims("file:/data/a read"));

        var token = new SignedToken(0, KEY, List.of(first, second), false);

        assertThat(token.id()).isEqualTo("aa");
        assertThat(token.revocationIds()).containsExactly("aa", "bb");
        assertThat(token.claims()).isEqualTo(second.claims());
        assertThatThrownBy(() -> new SignedToken(0, KEY, List.of(second, first), false))
                .isInstanceOf(TokenException.class);
        assertThatThrownBy(() -> new SignedToken(0, KEY, List.of(), false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void options_haveOneKeyOfANumber() {
        var issuer = new TrustedIssuer("desk-1", 1, KEY, List.of(Capability.parse("tool:x call")));

        TokenOptions options =
                TokenOptions.builder("desk-2").keyId(2).issuer(issuer).build();

        assertThat(options.issuers()).containsExactly(issuer);
        assertThat(options.keyProvider()).isEqualTo("ed25519");
        assertThatThrownBy(() ->
                        TokenOptions.builder("desk-2").keyId(1).issuer(issuer).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'desk-1'");
        assertThatThrownBy(() -> TokenOptions.builder("desk-2")
                        .keyId(2)
                        .issuer(issuer)
                        .issuer(issuer)
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenOptions.builder("two words").build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TrustedIssuer("desk-1", 1, KEY, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
