package dev.agentos.biscuit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.agentos.api.error.TokenException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.TokenTerms;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TokenProperties {
    private static final TestKey ISSUER = TestKey.ed25519();
    private static final TestKey HOLDER = TestKey.ed25519();
    private static final List<String> POOL = List.of(
            "file:/** read,write",
            "file:/data/** read,write; maxBytes=1MB",
            "file:/data/a/** read; maxBytes=1kB",
            "file:/data/a/b read; maxBytes=10B",
            "tool:order.place call",
            "tool:order.place call; notional<=10000; uses=5",
            "tool:order.place call; notional<=100; symbol=AAPL; uses=1",
            "net:https://api.example.com/** get,post",
            "file:/tmp/%D8%A7%20%3B\"/* read",
            "memory:shared/* read; rate=100/1m");
    private static final List<String> SYSTEMS = List.of("desk-1", "desk-2", "desk.example:8443/3", "a", "_");

    private final BiscuitTokenFormat format = new BiscuitTokenFormat();

    @Provide
    Arbitrary<TokenClaims> claims() {
        return Combinators.combine(
                        Arbitraries.of(POOL).set().ofMinSize(1).ofMaxSize(6),
                        Arbitraries.of(SYSTEMS).set().ofMinSize(1).ofMaxSize(4),
                        Arbitraries.longs().between(0, Words.LAST_SECOND))
                .as((capabilities, systems, end) -> new TokenClaims(
                        capabilities.stream().map(Capability::parse).toList(),
                        systems,
                        Instant.ofEpochSecond(end),
                        HOLDER.verifyingKey()));
    }

    @Property(tries = 200)
    void token_saysWhatWasMinted(@ForAll("claims") TokenClaims claims, @ForAll int number) {
        int keyId = number & Integer.MAX_VALUE;

        SignedToken token = format.verify(format.mint(claims, ISSUER, keyId), asked -> {
            assertThat(asked).isEqualTo(keyId);
            return ISSUER.verifyingKey();
        });

        assertThat(token.claims()).isEqualTo(claims);
    }

    /** Whatever is tried one after the other, a token never says more than it did; what is refused changes nothing. */
    @Property(tries = 150)
    void chainsOfAttenuations_neverWiden(@ForAll("claims") TokenClaims first, @ForAll long seed) {
        var random = new Random(seed);
        TestKey holder = HOLDER;
        String token = format.mint(first, ISSUER, 0);
        TokenClaims before = first;
        for (int i = 0; i < 6; i++) {
            TestKey next = random.nextInt(4) == 0 ? TestKey.ed25519() : holder;
            TokenClaims wanted = changed(before, next, random);
            boolean within = isWithin(wanted, before) && !wanted.equals(before);
            boolean accepted;
            try {
                token = format.attenuate(token, wanted, holder);
                accepted = true;
            } catch (TokenException e) {
                assertThat(e.fault()).isEqualTo(TokenFault.WIDENED);
                accepted = false;
            }
            assertThat(accepted).isEqualTo(within);
            before = accepted ? wanted : before;
            holder = accepted ? next : holder;
        }

        SignedToken verified = format.verify(token, keyId -> ISSUER.verifyingKey());

        assertThat(verified.claims()).isEqualTo(before);
        for (SignedToken.Block block : verified.blocks()) {
            assertThat(isWithin(block.claims(), first)).isTrue();
        }
        assertThat(covered(verified.claims())).isSubsetOf(covered(first));
    }

    private static TokenClaims changed(TokenClaims before, TestKey holder, Random random) {
        List<Capability> capabilities = new ArrayList<>(before.capabilities());
        if (random.nextBoolean()) {
            capabilities.set(
                    random.nextInt(capabilities.size()), Capability.parse(POOL.get(random.nextInt(POOL.size()))));
            capabilities = new ArrayList<>(Set.copyOf(capabilities));
        }
        Set<String> audience = new TreeSet<>(before.audience());
        if (random.nextInt(3) == 0) {
            audience.add(SYSTEMS.get(random.nextInt(SYSTEMS.size())));
        } else if (audience.size() > 1 && random.nextBoolean()) {
            audience.remove(audience.iterator().next());
        }
        Instant end = before.expires().plus(Duration.ofSeconds(random.nextInt(5) - 3));
        end = end.isBefore(Instant.EPOCH) || end.getEpochSecond() > Words.LAST_SECOND ? before.expires() : end;
        return new TokenClaims(capabilities, audience, end, holder.verifyingKey());
    }

    /** The oracle: in words of its own. */
    private static boolean isWithin(TokenClaims narrow, TokenClaims wide) {
        boolean capabilities = narrow.capabilities().stream()
                .allMatch(mine -> wide.capabilities().stream().anyMatch(mine::isWithin));
        return capabilities
                && wide.audience().containsAll(narrow.audience())
                && !narrow.expires().isAfter(wide.expires());
    }

    private static Set<String> covered(TokenClaims claims) {
        var covered = new TreeSet<String>();
        for (String path : List.of("/", "/x", "/data/a", "/data/a/b", "/data/a/c", "/data/z")) {
            for (String verb : List.of("read", "write")) {
                Action action = Action.of("file:" + path, verb);
                if (claims.capabilities().stream().anyMatch(capability -> capability.covers(action))) {
                    covered.add(path + " " + verb);
                }
            }
        }
        return covered;
    }

    /** However a token is damaged, the answer is a refusal of ours. */
    @Property(tries = 400)
    void damagedToken_isRefused_andNothingElseHappens(@ForAll("claims") TokenClaims claims, @ForAll long seed) {
        var random = new Random(seed);
        byte[] bytes = Base64.getUrlDecoder().decode(format.mint(claims, ISSUER, 0));
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
        }
        int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
        String damaged = Base64.getUrlEncoder().encodeToString(Arrays.copyOf(bytes, length));

        boolean refused;
        try {
            format.verify(damaged, keyId -> ISSUER.verifyingKey());
            refused = false;
        } catch (TokenException e) {
            refused = true;
        }

        assertThat(refused || length == bytes.length).isTrue();
        if (!refused) {
            // What is not signed is only how the signed parts are packed.
            assertThat(format.read(damaged)).isEqualTo(claims);
        }
    }

    @Property(tries = 300)
    void anyBytes_areRefused(@ForAll byte[] bytes) {
        String text = Base64.getUrlEncoder().encodeToString(bytes);

        TokenFault fault = null;
        try {
            format.verify(text, keyId -> ISSUER.verifyingKey());
        } catch (TokenException e) {
            fault = e.fault();
        }

        assertThat(fault)
                .isIn(TokenFault.MALFORMED, TokenFault.BAD_SIGNATURE, TokenFault.TOO_LARGE, TokenFault.TOO_DEEP);
    }

    @Property(tries = 300)
    void anyBytesInABlock_areRefused(@ForAll byte[] bytes) {
        Envelope envelope = Envelope.of(ByteString.copyFrom(bytes), ISSUER, 0);

        TokenFault fault = null;
        try {
            format.verify(envelope.write(), keyId -> ISSUER.verifyingKey());
        } catch (TokenException e) {
            fault = e.fault();
        }

        assertThat(fault).isEqualTo(TokenFault.MALFORMED);
    }

    @Property(tries = 200)
    void namesOfSystems_areLinesWithoutSurprises(@ForAll String name) {
        boolean accepted;
        try {
            accepted = !new TokenTerms(Set.of(name), Instant.EPOCH, HOLDER.verifyingKey())
                    .audience()
                    .isEmpty();
        } catch (IllegalArgumentException e) {
            accepted = false;
        }

        assertThat(accepted).isEqualTo(name.matches("(?!.*(/[./]|/$))[A-Za-z0-9_:@-][A-Za-z0-9._:@/-]{0,127}"));
    }
}
