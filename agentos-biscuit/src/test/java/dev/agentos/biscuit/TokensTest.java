package dev.agentos.biscuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.TokenException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.token.ExportedToken;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.SignedToken;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.token.TokenRequest;
import dev.agentos.api.token.TokenTerms;
import dev.agentos.api.token.TrustedIssuer;
import dev.agentos.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two systems: the first mints tokens, and the second trusts it with some of what it says. */
class TokensTest {
    private static final PrincipalId ALICE = PrincipalId.user("alice");
    private static final PrincipalId BOB = PrincipalId.user("bob");
    private static final TestKey BOB_KEY = TestKey.ed25519();

    private final ManualClock clock = TokenSystem.clock();
    private final TestKey holder = TestKey.ed25519();
    private final TokenSystem issuer =
            new TokenSystem(TokenOptions.builder("desk-1").keyId(1).build(), clock);
    private final TokenSystem other = new TokenSystem(
            TokenOptions.builder("desk-2")
                    .keyId(2)
                    .issuer(new TrustedIssuer(
                            "desk-1",
                            1,
                            issuer.tokens.issuerKey(),
                            List.of(Capability.parse("file:/data/** read"), Capability.parse("tool:order.* call"))))
                    .build(),
            clock);

    @AfterEach
    void close() {
        issuer.close();
        other.close();
    }

    private static void assertRefused(TokenFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    private String attenuated(String token, String... capabilities) {
        TokenClaims claims = other.tokens.verify(token).claims();
        return issuer.tokens.attenuate(token, Samples.narrowed(claims, capabilities), null);
    }

    // ---- out and in

    @Test
    void capability_isUsedInAnotherSystem() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read", "tool:order.place call");

        List<Grant> grants = other.imported(token, holder, ALICE);

        assertThat(grants)
                .hasSize(2)
                .allSatisfy(grant -> assertThat(grant.holder()).isEqualTo(ALICE));
        assertThat(other.uses(grants.get(0), "file:/data/a", "read")).isTrue();
        assertThat(other.uses(grants.get(0), "file:/etc/a", "read")).isFalse();
        assertThat(other.uses(grants.get(1), "tool:order.place", "call")).isTrue();
        assertThat(other.handed).containsExactlyElementsOf(grants);
    }

    @Test
    void capability_isUsedInItsOwnSystem_underTheGrantItWasExportedFrom() {
        Grant source = issuer.granted(ALICE, "tool:order.place call; uses=3");
        ExportedToken exported = issuer.tokens.export(
                source, List.of(Capability.parse("tool:order.place call; uses=2")), issuer.terms(holder, "desk-1"));

        Grant grant = issuer.imported(exported.token(), holder, BOB).getFirst();

        assertThat(issuer.uses(grant, "tool:order.place", "call")).isTrue();
        assertThat(source.used()).isEqualTo(1);
        assertThat(issuer.uses(grant, "tool:order.place", "call")).isTrue();
        assertThat(issuer.uses(grant, "tool:order.place", "call")).isFalse();
    }

    @Test
    void token_neverSaysMoreThanTheGrant() {
        Grant source = issuer.granted(ALICE, "file:/data/** read; expires=2026-06-01T00:30:00Z");

        assertThatThrownBy(() -> issuer.tokens.export(
                        source, List.of(Capability.parse("file:/data/** read,write")), issuer.terms(holder, "desk-2")))
                .isInstanceOf(DeniedException.class);
        ExportedToken exported = issuer.tokens.export(
                source,
                List.of(Capability.parse("file:/data/a read; expires=2026-06-01T00:20:00Z")),
                issuer.terms(holder, "desk-2"));

        assertThat(exported.claims().expires()).isEqualTo(Instant.parse("2026-06-01T00:20:00Z"));
    }

    @Test
    void token_saysNoMoreThanItsIssuerIsTrustedWith() {
        String token = issuer.mint(holder, "desk-2", "file:/** read");

        assertThatThrownBy(() -> other.imported(token, holder, ALICE)).isInstanceOf(DeniedException.class);
        assertThat(other.handed).isEmpty();
    }

    @Test
    void exportsAndImports_areRecorded() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        other.imported(token, holder, ALICE);
        assertThatThrownBy(() -> other.imported("nonsense", holder, ALICE)).isInstanceOf(TokenException.class);

        assertThat(issuer.records())
                .singleElement()
                .satisfies(record -> assertThat(record.action().toString()).startsWith("token:desk-2 export;"))
                .satisfies(record -> assertThat(record.detail()).startsWith("token "));
        assertThat(other.records()).hasSize(2).allSatisfy(record -> {
            assertThat(record.action().toString()).startsWith("token:desk-2 import;");
            assertThat(record.toString()).doesNotContain(token);
        });
        assertThat(other.records())
                .extracting(ActionRecord::outcome)
                .containsExactlyInAnyOrder(Outcome.DONE, Outcome.FAILED);
        assertThat(other.records())
                .anySatisfy(record -> assertThat(record.detail()).startsWith("grant "));
    }

    @Test
    void whoHasNoRight_neitherExportsNorImports() {
        var poor = issuer.inHandsOf(BOB, "file:/data/** read");
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        var stranger = other.inHandsOf(BOB, "file:/data/** read");

        assertThatThrownBy(() ->
                        poor.export(List.of(Capability.parse("file:/data/** read")), issuer.terms(holder, "desk-2")))
                .isInstanceOfSatisfying(
                        DeniedException.class, e -> assertThat(e.missing()).startsWith("token:desk-2 export"));
        assertThatThrownBy(() -> stranger.importToken(token, other.proof(token, holder), BOB))
                .isInstanceOf(DeniedException.class);
        assertThatThrownBy(() -> stranger.revoke("ab".repeat(32), TokenSystem.START.plusSeconds(9)))
                .isInstanceOf(DeniedException.class);
    }

    @Test
    void whoHoldsACapability_exportsItAndNothingElse() {
        var alice = issuer.inHandsOf(ALICE, "file:/data/** read", "token:desk-2 export");

        ExportedToken exported =
                alice.export(List.of(Capability.parse("file:/data/a read")), issuer.terms(holder, "desk-2"));

        assertThat(exported.grants().getFirst().parent().orElseThrow().holder()).isEqualTo(ALICE);
        assertThatThrownBy(() ->
                        alice.export(List.of(Capability.parse("file:/etc/a read")), issuer.terms(holder, "desk-2")))
                .isInstanceOf(DeniedException.class);
        assertThatThrownBy(() ->
                        alice.export(List.of(Capability.parse("file:/data/a read")), issuer.terms(holder, "desk-3")))
                .isInstanceOf(DeniedException.class);
    }

    @Test
    void depth_isTakenByExportChangeOfHolderAndImport() {
        Grant source = issuer.granted(ALICE, "file:/data/** read; depth=2");
        ExportedToken exported = issuer.tokens.export(
                source, List.of(Capability.parse("file:/data/** read; depth=1")), issuer.terms(holder, "desk-2"));
        TokenClaims handed = Samples.heldBy(exported.claims(), BOB_KEY.verifyingKey());

        List<Grant> grants = other.imported(exported.token(), holder, BOB);

        assertThat(grants.getFirst().capability().toString()).contains("depth=0");
        assertThatThrownBy(() -> issuer.tokens.attenuate(exported.token(), handed, holder))
                .isInstanceOf(TokenException.class);
        assertThatThrownBy(() -> issuer.tokens.export(
                        source,
                        List.of(Capability.parse("file:/data/** read; depth=2")),
                        issuer.terms(holder, "desk-2")))
                .isInstanceOf(DeniedException.class);
    }

    // ---- counted once

    @Test
    void uses_areCountedOnce_howeverOftenATokenIsImported() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call; uses=2");

        Grant first = other.imported(token, holder, ALICE).getFirst();
        Grant again = other.imported(token, holder, ALICE).getFirst();
        Grant ofBob = other.imported(token, holder, BOB).getFirst();

        assertThat(again).isSameAs(first);
        assertThat(other.uses(first, "tool:order.place", "call")).isTrue();
        assertThat(other.uses(ofBob, "tool:order.place", "call")).isTrue();
        assertThat(other.uses(first, "tool:order.place", "call")).isFalse();
        assertThat(other.uses(ofBob, "tool:order.place", "call")).isFalse();
    }

    @Test
    void uses_areCountedOnce_overAllAttenuationsOfAToken() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call; uses=3");
        String one = attenuated(token, "tool:order.place call; uses=2");
        String two = attenuated(token, "tool:order.place call; uses=2; venue=XETR");

        Grant whole = other.imported(token, holder, ALICE).getFirst();
        Grant part = other.imported(one, holder, ALICE).getFirst();
        Grant otherPart = other.imported(two, holder, ALICE).getFirst();

        assertThat(other.uses(part, "tool:order.place", "call")).isTrue();
        assertThat(other.uses(part, "tool:order.place", "call")).isTrue();
        assertThat(other.uses(part, "tool:order.place", "call")).isFalse();
        assertThat(other.uses(whole, "tool:order.place", "call")).isTrue();
        assertThat(other.uses(whole, "tool:order.place", "call")).isFalse();
        assertThat(otherPart.capability())
                .hasToString("tool:order.place call; expires=2026-06-01T01:00:00Z; uses=2; venue=XETR");
    }

    @Test
    void import_givesOneGrant_whenManyImportAtOnce() throws Exception {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call; uses=5");
        var imports = new ArrayList<Future<Grant>>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 32; i++) {
                Callable<Grant> importing =
                        () -> other.imported(token, holder, ALICE).getFirst();
                imports.add(threads.submit(importing));
            }
        }

        Grant first = imports.getFirst().get();
        for (Future<Grant> each : imports) {
            assertThat(each.get()).isSameAs(first);
        }
    }

    @Test
    void whatIsCountedHere_isNotExportedElsewhere() {
        Grant counted = issuer.granted(ALICE, "tool:order.place call; uses=3");
        List<Capability> less = List.of(Capability.parse("tool:order.place call; uses=1"));

        assertRefused(
                TokenFault.NOT_EXPORTABLE, () -> issuer.tokens.export(counted, less, issuer.terms(holder, "desk-2")));
        assertRefused(
                TokenFault.NOT_EXPORTABLE, () -> issuer.tokens.export(less, issuer.terms(holder, "desk-2", "desk-3")));
        assertThat(issuer.tokens.export(less, issuer.terms(holder, "desk-2")).token())
                .isNotEmpty();
        assertThat(issuer.tokens.exported()).hasSize(1);
    }

    // ---- theft and replay

    @Test
    void stolenToken_isUseless_withoutItsHoldersKey() {
        TestKey thief = TestKey.ed25519();
        String stolen = issuer.mint(holder, "desk-2", "file:/data/** read");

        assertRefused(TokenFault.BAD_PROOF, () -> other.imported(stolen, thief, ALICE));
        assertRefused(
                TokenFault.BAD_PROOF, () -> other.imported(attenuated(stolen, "file:/data/a read"), thief, ALICE));
        assertThat(other.handed).isEmpty();
    }

    @Test
    void proofOfOneToken_isNotGoodForAnother() {
        String token = issuer.mint(holder, "desk-2", "file:/data/a read");
        String wider = issuer.mint(holder, "desk-2", "file:/data/** read");
        RequestProof proof = other.proof(token, holder);

        assertRefused(TokenFault.BAD_PROOF, () -> other.tokens.importToken(wider, proof, ALICE));
    }

    @Test
    void replayedRequest_isRefused() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        RequestProof proof = other.proof(token, holder);
        other.tokens.importToken(token, proof, ALICE);

        assertRefused(TokenFault.REPLAYED, () -> other.tokens.importToken(token, proof, ALICE));
        assertRefused(TokenFault.REPLAYED, () -> other.tokens.importToken(token, proof, BOB));
    }

    @Test
    void request_isGoodForItsMethodBodyAndSystemAlone() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        byte[] body = "buy 1".getBytes(StandardCharsets.UTF_8);
        var request = TokenRequest.of(token, "desk-2", "POST /orders", body);
        RequestProof proof = request.sign(holder, clock.now());

        SignedToken verified = other.tokens.verify(request, proof);

        assertThat(verified.claims().capabilities()).hasToString("[tool:order.place call]");
        byte[] more = "buy 9".getBytes(StandardCharsets.UTF_8);
        assertRefused(
                TokenFault.BAD_PROOF,
                () -> other.tokens.verify(TokenRequest.of(token, "desk-2", "POST /orders", more), proof));
        assertRefused(
                TokenFault.BAD_PROOF,
                () -> other.tokens.verify(TokenRequest.of(token, "desk-2", "DELETE /orders", body), proof));
        assertRefused(
                TokenFault.BAD_PROOF,
                () -> other.tokens.verify(TokenRequest.of(token, "desk-3", "POST /orders", body), proof));
        assertRefused(TokenFault.REPLAYED, () -> other.tokens.verify(request, proof));
    }

    @ParameterizedTest
    @ValueSource(longs = {-61, 61, -3_600, 86_400})
    void request_isRefused_whenItsTimeIsOff(long seconds) {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        clock.advance(Duration.ofMinutes(30));
        Instant signed = clock.now().plusSeconds(seconds);
        RequestProof proof = TokenRequest.toImport(token, "desk-2").sign(holder, signed);

        assertRefused(TokenFault.STALE_PROOF, () -> other.tokens.importToken(token, proof, ALICE));
    }

    @Test
    void request_isRefused_whenItWasSignedBeforeTheSystemStarted() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        RequestProof proof =
                TokenRequest.toImport(token, "desk-2").sign(holder, clock.now().minusSeconds(1));

        assertRefused(TokenFault.STALE_PROOF, () -> other.tokens.importToken(token, proof, ALICE));
    }

    @Test
    void tokenThatWasHandedOn_isUsedByItsNewHolderAlone() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call; uses=2");
        TokenClaims claims = other.tokens.verify(token).claims();
        String handed = issuer.tokens.attenuate(token, Samples.heldBy(claims, BOB_KEY.verifyingKey()), holder);

        Grant ofBob = other.imported(handed, BOB_KEY, BOB).getFirst();

        assertRefused(TokenFault.BAD_PROOF, () -> other.imported(handed, holder, ALICE));
        assertThat(other.uses(ofBob, "tool:order.place", "call")).isTrue();
        Grant ofAlice = other.imported(token, holder, ALICE).getFirst();
        assertThat(other.uses(ofAlice, "tool:order.place", "call")).isTrue();
        assertThat(other.uses(ofAlice, "tool:order.place", "call")).isFalse();
        assertThat(other.uses(ofBob, "tool:order.place", "call")).isFalse();
    }

    /** Whoever has the grant may be anybody; whoever presents it may not. */
    @Test
    void grantOfAToken_isUsedByItsHolderAlone() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        Grant grant = other.imported(token, holder, ALICE).getFirst();
        Action action = Action.of("tool:order.place", "call");

        var asBob = other.authority.check(BOB, List.of(grant), action);

        assertThat(asBob).isInstanceOf(Authority.Ruling.Refused.class);
    }

    // ---- audience, time, issuer

    @Test
    void token_isRefused_bySystemsItIsNotFor() {
        String token = issuer.mint(holder, "desk-3", "file:/data/** read");

        assertRefused(TokenFault.WRONG_AUDIENCE, () -> other.tokens.verify(token));
        assertRefused(TokenFault.WRONG_AUDIENCE, () -> other.imported(token, holder, ALICE));
        assertRefused(TokenFault.WRONG_AUDIENCE, () -> issuer.imported(token, holder, ALICE));
    }

    @Test
    void audience_canBeTakenAwayByAttenuation() {
        ExportedToken both = issuer.tokens.export(
                List.of(Capability.parse("file:/data/** read")), issuer.terms(holder, "desk-2", "desk-3"));
        TokenClaims less = Samples.forSystems(both.claims(), "desk-3");

        String token = issuer.tokens.attenuate(both.token(), less, null);

        assertThat(other.tokens.verify(both.token()).claims().audience()).containsExactlyInAnyOrder("desk-2", "desk-3");
        assertRefused(TokenFault.WRONG_AUDIENCE, () -> other.tokens.verify(token));
    }

    @Test
    void token_isWorthNothing_fromTheSecondOnThatItExpires() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        Grant grant = other.imported(token, holder, ALICE).getFirst();

        clock.advance(Duration.ofHours(1).minusMillis(1));
        assertThat(other.uses(grant, "file:/data/a", "read")).isTrue();
        assertThat(other.tokens.verify(token).blocks()).hasSize(1);
        clock.advance(Duration.ofMillis(1));

        assertThat(other.uses(grant, "file:/data/a", "read")).isFalse();
        assertRefused(TokenFault.EXPIRED, () -> other.tokens.verify(token));
        assertRefused(TokenFault.EXPIRED, () -> other.imported(token, holder, ALICE));
    }

    @Test
    void block_endsWhenItSays_thoughItsCapabilitySaysNothingOfIt() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        TokenClaims shorter =
                Samples.until(other.tokens.verify(token).claims(), clock.now().plusSeconds(60));
        Grant grant = other.imported(issuer.tokens.attenuate(token, shorter, null), holder, ALICE)
                .getFirst();

        clock.advance(Duration.ofMinutes(1));

        assertThat(other.uses(grant, "file:/data/a", "read")).isFalse();
    }

    @Test
    void expiredTerms_areRefused() {
        TokenTerms past = new TokenTerms(Set.of("desk-2"), clock.now(), holder.verifyingKey());

        assertRefused(
                TokenFault.EXPIRED, () -> issuer.tokens.export(List.of(Capability.parse("file:/data/** read")), past));
    }

    @Test
    void token_isRefused_fromAnIssuerThatIsNotTrusted() {
        try (var stranger =
                new TokenSystem(TokenOptions.builder("desk-9").keyId(9).build(), clock)) {
            String token = stranger.mint(holder, "desk-2", "file:/data/** read");

            assertRefused(TokenFault.UNKNOWN_KEY, () -> other.imported(token, holder, ALICE));
        }
        try (var impostor =
                new TokenSystem(TokenOptions.builder("desk-1").keyId(1).build(), clock)) {
            String token = impostor.mint(holder, "desk-2", "file:/data/** read");

            assertRefused(TokenFault.BAD_SIGNATURE, () -> other.imported(token, holder, ALICE));
        }
    }

    // ---- revocation

    @Test
    void revokedToken_isNotImported_andWhatWasImportedStops() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        String part = attenuated(token, "file:/data/a read");
        Grant whole = other.imported(token, holder, ALICE).getFirst();
        Grant less = other.imported(part, holder, BOB).getFirst();

        other.tokens.revoke(other.tokens.verify(token).id(), clock.now().plus(Duration.ofHours(1)));

        assertThat(whole.revoked()).isTrue();
        assertThat(other.uses(less, "file:/data/a", "read")).isFalse();
        assertRefused(TokenFault.REVOKED, () -> other.imported(token, holder, ALICE));
        assertRefused(TokenFault.REVOKED, () -> other.imported(part, holder, ALICE));
        assertThat(other.tokens.revoked()).hasSize(1);
    }

    @Test
    void revokingAnAttenuation_leavesTheToken() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        String part = attenuated(token, "file:/data/a read");
        Grant whole = other.imported(token, holder, ALICE).getFirst();
        Grant less = other.imported(part, holder, ALICE).getFirst();

        String block = other.tokens.verify(part).revocationIds().getLast();
        other.tokens.revoke(block, clock.now().plus(Duration.ofHours(1)));

        assertThat(less.revoked()).isTrue();
        assertThat(other.uses(whole, "file:/data/a", "read")).isTrue();
        assertRefused(TokenFault.REVOKED, () -> other.imported(part, holder, ALICE));
        assertThat(other.imported(token, holder, ALICE)).containsExactly(whole);
    }

    @Test
    void revokingTheGrant_revokesTheTokenThatItWasExportedAs() {
        Grant source = issuer.granted(ALICE, "file:/data/** read");
        ExportedToken exported = issuer.tokens.export(
                source, List.of(Capability.parse("file:/data/a read")), issuer.terms(holder, "desk-1", "desk-2"));
        Grant here = issuer.imported(exported.token(), holder, BOB).getFirst();

        issuer.authority.revoke(source);

        assertThat(exported.revoked()).isTrue();
        assertThat(issuer.uses(here, "file:/data/a", "read")).isFalse();
        assertRefused(TokenFault.REVOKED, () -> issuer.imported(exported.token(), holder, BOB));
        assertThat(issuer.tokens.revoked()).containsExactly(exported.id());
        Grant there = other.imported(exported.token(), holder, BOB).getFirst();
        issuer.tokens
                .revoked()
                .forEach(id -> other.tokens.revoke(id, exported.claims().expires()));
        assertThat(other.uses(there, "file:/data/a", "read")).isFalse();
    }

    @Test
    void revocations_areForgotten_whenTheirTokensHaveExpired() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        other.tokens.revoke(other.tokens.verify(token).id(), clock.now().plus(Duration.ofHours(1)));

        clock.advance(Duration.ofHours(1));

        assertThat(other.tokens.revoked()).isEmpty();
        assertThat(issuer.tokens.exported()).isEmpty();
        assertRefused(TokenFault.EXPIRED, () -> other.tokens.verify(token));
    }

    @Test
    void expiredToken_isRefused_whenTheClockIsSetBack() {
        var set = new SetClock(clock.now());
        try (var system = trusting(set)) {
            String token = issuer.mint(holder, "desk-2", "file:/data/** read");
            set.pass(Duration.ofHours(1));

            set.set(clock.now());

            assertRefused(TokenFault.EXPIRED, () -> system.tokens.verify(token));
        }
    }

    @Test
    void revocation_isNotForgotten_whenTheClockIsSetForwardAndBack() {
        var set = new SetClock(clock.now());
        try (var system = trusting(set)) {
            String token = issuer.mint(holder, "desk-2", "file:/data/** read");
            system.tokens.revoke(system.tokens.verify(token).id(), clock.now().plus(Duration.ofHours(1)));

            set.set(clock.now().plus(Duration.ofHours(2)));
            var _ = system.tokens.revoked();
            set.set(clock.now());

            assertRefused(TokenFault.REVOKED, () -> system.tokens.verify(token));
        }
    }

    private TokenSystem trusting(TimeSource time) {
        var issuing = new TrustedIssuer(
                "desk-1", 1, issuer.tokens.issuerKey(), List.of(Capability.parse("file:/data/** read")));
        return new TokenSystem(
                TokenOptions.builder("desk-2").keyId(3).issuer(issuing).build(), time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "xyz", "AB12", "ab'; drop table"})
    void revoke_isRefused_forWhatIsNoId(String id) {
        assertThatThrownBy(() -> other.tokens.revoke(id, clock.now())).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- bounds

    @Test
    void attenuationsOfOneToken_areImportedABoundedNumberOfTimes() {
        String token = issuer.mint(holder, "desk-2", "file:/data/** read");
        TokenClaims claims = other.tokens.verify(token).claims();

        assertRefused(TokenFault.TOO_MANY, () -> {
            for (int i = 0; i < 300; i++) {
                String part =
                        issuer.tokens.attenuate(token, Samples.narrowed(claims, "file:/data/" + i + " read"), null);
                other.imported(part, holder, ALICE);
            }
        });
        String fresh = issuer.mint(holder, "desk-2", "file:/data/** read");
        assertThat(other.imported(fresh, holder, ALICE)).hasSize(1);
    }
}
