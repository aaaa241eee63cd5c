package dev.agentos.biscuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.StoreRetention;
import dev.agentos.api.StoreRetention.Keep;
import dev.agentos.api.error.TokenException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.token.ExportedToken;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.token.TokenRequest;
import dev.agentos.api.token.TrustedIssuer;
import dev.agentos.runtime.token.TokenBook;
import dev.agentos.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of tokens when the program starts again over the same store. */
class TokensRestartTest {
    private static final PrincipalId ALICE = PrincipalId.user("alice");

    @TempDir
    private Path folder;

    private final ManualClock clock = TokenSystem.clock();
    private final TestKey holder = TestKey.ed25519();
    private final TokenSystem issuer =
            new TokenSystem(TokenOptions.builder("desk-1").keyId(1).build(), clock);

    @AfterEach
    void close() {
        issuer.close();
    }

    private TokenSystem started(TrustedIssuer... trusted) {
        return started(clock, trusted);
    }

    private TokenSystem started(TimeSource time, TrustedIssuer... trusted) {
        var options = TokenOptions.builder("desk-2")
                .keyId(2)
                .key("ed25519", Map.of("file", folder.resolve("key").toString()));
        for (TrustedIssuer each : trusted) {
            options.issuer(each);
        }
        Storage storage = Providers.named(StorageProvider.class, "sqlite").open(folder.resolve("store.db"));
        return new TokenSystem(options.build(), time, storage, new TokenBook.Stored(storage, time::now));
    }

    private TrustedIssuer trust() {
        return new TrustedIssuer(
                "desk-1", 1, issuer.tokens.issuerKey(), List.of(Capability.parse("tool:order.* call")));
    }

    private static void assertRefused(TokenFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @Test
    void uses_areNotRefilled_byARestart() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call; uses=2");
        try (TokenSystem first = started(trust())) {
            Grant grant = first.imported(token, holder, ALICE).getFirst();
            assertThat(first.uses(grant, "tool:order.place", "call")).isTrue();
        }

        clock.advance(Duration.ofMinutes(1));

        try (TokenSystem second = started(trust())) {
            TokenClaims less =
                    Samples.narrowed(second.tokens.verify(token).claims(), "tool:order.place call; uses=2; venue=XETR");
            Grant part = second.imported(issuer.tokens.attenuate(token, less, null), holder, ALICE)
                    .getFirst();
            Grant again = second.imported(token, holder, ALICE).getFirst();
            assertThat(second.uses(again, "tool:order.place", "call")).isTrue();
            assertThat(second.uses(again, "tool:order.place", "call")).isFalse();
            assertThat(part.parent().flatMap(Grant::parent).map(Grant::id))
                    .isEqualTo(again.parent().map(Grant::id));
        }
    }

    @Test
    void countedToken_isNotImportedAnew_whenWhatWasCountedOfItIsGone() {
        String counted = issuer.mint(holder, "desk-2", "tool:order.place call; uses=1");
        String free = issuer.mint(holder, "desk-2", "tool:order.place call");
        try (TokenSystem first = started(trust())) {
            first.imported(counted, holder, ALICE);
            first.imported(free, holder, ALICE);
        }
        started().close(); // takes back what it had trusted the issuer with

        try (TokenSystem third = started(trust())) {
            clock.advance(Duration.ofSeconds(1));
            assertRefused(TokenFault.FORGOTTEN, () -> third.imported(counted, holder, ALICE));
            assertThat(third.imported(free, holder, ALICE)).hasSize(1);
        }
    }

    @Test
    void revokedImport_isNotImportedAnew() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        PrincipalId bob = PrincipalId.user("bob");
        try (TokenSystem first = started(trust())) {
            Grant imported = first.imported(token, holder, ALICE).getFirst();
            first.authority.revoke(imported);
            endRow(first, imported);
            assertRefused(TokenFault.REVOKED, () -> first.imported(token, holder, ALICE));
        }

        for (int run = 2; run <= 3; run++) {
            try (TokenSystem later = started(trust())) {
                clock.advance(Duration.ofSeconds(2));
                assertRefused(TokenFault.REVOKED, () -> later.imported(token, holder, ALICE));
                Grant ofBob = later.imported(token, holder, bob).getFirst();
                assertThat(later.uses(ofBob, "tool:order.place", "call")).isTrue();
            }
        }
    }

    @Test
    void revokedBlock_isNotImportedAnew_andLeavesTheOthers() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call; uses=9");
        String part;
        try (TokenSystem first = started(trust())) {
            TokenClaims claims = first.tokens.verify(token).claims();
            TokenClaims less = Samples.narrowed(claims, "tool:order.place call; uses=2");
            part = issuer.tokens.attenuate(token, less, null);
            Grant imported = first.imported(part, holder, ALICE).getFirst();
            endRow(first, imported.parent().orElseThrow());
        }

        try (TokenSystem second = started(trust())) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(second.imported(token, holder, ALICE)).hasSize(1);
            assertRefused(TokenFault.REVOKED, () -> second.imported(part, holder, ALICE));
        }
    }

    @Test
    void revokedBlock_isNotImportedAnew_whenTheStoreHasForgottenItsGrant() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        try (TokenSystem first = started(trust())) {
            Grant imported = first.imported(token, holder, ALICE).getFirst();
            endRow(first, imported.parent().orElseThrow());
            clock.advance(Duration.ofMinutes(2));
            StoreRetention oneMinute = StoreRetention.builder()
                    .actions(new Keep(Duration.ofMinutes(1), Long.MAX_VALUE))
                    .build();
            Map<String, Long> pruned = first.storage.maintenance().prune(oneMinute, clock.now());
            assertThat(pruned).containsKey("grants");
        }

        try (TokenSystem second = started(trust())) {
            clock.advance(Duration.ofSeconds(1));
            assertRefused(TokenFault.REVOKED, () -> second.imported(token, holder, ALICE));
        }
    }

    private static void endRow(TokenSystem system, Grant grant) {
        var row = new StoredRow.GrantEndRow(grant.id(), system.clock.now(), PrincipalId.HOST, "test");
        system.storage
                .commit(List.of(row), Durability.DURABLE)
                .toCompletableFuture()
                .join();
    }

    @Test
    void tokenThatLimitsNothing_isImportedAnew_afterARestart() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        try (TokenSystem first = started(trust())) {
            assertThat(first.imported(token, holder, ALICE)).hasSize(1);
        }

        try (TokenSystem second = started(trust())) {
            clock.advance(Duration.ofSeconds(1));
            Grant grant = second.imported(token, holder, ALICE).getFirst();
            assertThat(second.uses(grant, "tool:order.place", "call")).isTrue();
        }
    }

    @Test
    void revokedToken_staysRevoked_afterARestart() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        Instant end = clock.now().plus(Duration.ofHours(1));
        try (TokenSystem first = started(trust())) {
            first.tokens.revoke(first.tokens.verify(token).id(), end);
        }

        try (TokenSystem second = started(trust())) {
            assertRefused(TokenFault.REVOKED, () -> second.tokens.verify(token));
            assertThat(second.tokens.revoked()).hasSize(1);
        }
        clock.advance(Duration.ofHours(1));
        try (TokenSystem third = started(trust())) {
            assertThat(third.tokens.revoked()).isEmpty();
        }
    }

    @Test
    void revocation_reachesWhatAnEarlierRunImported() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        Grant imported;
        String id;
        try (TokenSystem first = started(trust())) {
            imported = first.imported(token, holder, ALICE).getFirst();
            id = first.tokens.verify(token).id();
        }

        try (TokenSystem second = started(trust())) {
            Grant woken = second.wake(imported.id());
            second.tokens.revoke(id, clock.now().plus(Duration.ofHours(1)));

            assertThat(woken.revoked()).isTrue();
        }
    }

    @Test
    void whatAnIssuerGave_isRevoked_whenItIsNotTrustedAnyMore() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        Grant imported;
        try (TokenSystem first = started(trust())) {
            imported = first.imported(token, holder, ALICE).getFirst();
        }
        long trust = imported.parent().flatMap(Grant::parent).orElseThrow().id();

        try (TokenSystem second = started()) {
            assertThat(second.storage.grants().find(trust).orElseThrow().end()).isNotNull();
            assertRefused(TokenFault.UNKNOWN_KEY, () -> second.tokens.verify(token));
        }
        try (TokenSystem third = started(trust())) {
            clock.advance(Duration.ofSeconds(1));
            Grant anew = third.imported(token, holder, ALICE).getFirst();
            assertThat(anew.parent().flatMap(Grant::parent).orElseThrow().id()).isNotEqualTo(trust);
        }
    }

    @Test
    void whatAnIssuerIsTrustedWith_isCountedOverRestarts() {
        var trust = new TrustedIssuer(
                "desk-1", 1, issuer.tokens.issuerKey(), List.of(Capability.parse("tool:order.* call; uses=2")));
        for (int run = 0; run < 3; run++) {
            String token = issuer.mint(holder, "desk-2", "tool:order.place call; uses=1");
            try (TokenSystem system = started(trust)) {
                clock.advance(Duration.ofSeconds(1));
                Grant grant = system.imported(token, holder, ALICE).getFirst();

                boolean used = system.uses(grant, "tool:order.place", "call");

                assertThat(used).as("run %s", run).isEqualTo(run < 2);
            }
        }
    }

    @Test
    void exportedToken_isImported_afterARestart_withWhatIsLeft() {
        String token;
        try (TokenSystem first = started()) {
            Grant source = first.granted(ALICE, "tool:order.place call; uses=3");
            ExportedToken exported = first.tokens.export(
                    source, List.of(Capability.parse("tool:order.place call; uses=2")), first.terms(holder, "desk-2"));
            token = exported.token();
            Grant grant = first.imported(token, holder, ALICE).getFirst();
            assertThat(first.uses(grant, "tool:order.place", "call")).isTrue();
        }

        try (TokenSystem second = started()) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(second.tokens.exported()).hasSize(1);
            Grant grant = second.imported(token, holder, ALICE).getFirst();
            assertThat(second.uses(grant, "tool:order.place", "call")).isTrue();
            assertThat(second.uses(grant, "tool:order.place", "call")).isFalse();
        }
    }

    /** As after kill -9: nobody has asked what was revoked. */
    @Test
    void exportedToken_isRevoked_whenTheGrantBehindItDoesNotComeBack() {
        ExportedToken exported;
        try (TokenSystem first = started()) {
            Grant source = first.granted(ALICE, "tool:order.place call");
            exported = first.tokens.export(
                    source,
                    List.of(Capability.parse("tool:order.place call")),
                    first.terms(holder, "desk-2", "desk-1"));
            endRow(first, source);
        }

        try (TokenSystem second = started()) {
            assertRefused(TokenFault.REVOKED, () -> second.tokens.verify(exported.token()));
            assertThat(second.tokens.revoked()).containsExactly(exported.id());
        }
    }

    @Test
    void request_isRefused_whenItWasMadeOfAnEarlierRun() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        clock.advance(Duration.ofSeconds(10));
        RequestProof proof = TokenRequest.toImport(token, "desk-2").sign(holder, clock.now());
        try (TokenSystem first = started(trust())) {
            first.tokens.importToken(token, proof, ALICE);
        }

        clock.advance(Duration.ofMillis(1));

        try (TokenSystem second = started(trust())) {
            assertRefused(TokenFault.STALE_PROOF, () -> second.tokens.importToken(token, proof, ALICE));
        }
    }

    @Test
    void request_isRefused_whenAnEarlierRunHasAcceptedIt_thoughItsTimeIsAheadOfBoth() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        RequestProof ahead =
                TokenRequest.toImport(token, "desk-2").sign(holder, clock.now().plusSeconds(50));
        try (TokenSystem first = started(trust())) {
            first.tokens.importToken(token, ahead, ALICE);
        }

        clock.advance(Duration.ofSeconds(5));

        try (TokenSystem second = started(trust())) {
            assertRefused(TokenFault.STALE_PROOF, () -> second.tokens.importToken(token, ahead, ALICE));
            RequestProof anew = TokenRequest.toImport(token, "desk-2")
                    .sign(holder, clock.now().plusSeconds(46));
            assertThat(second.tokens.importToken(token, anew, ALICE)).hasSize(1);
        }
    }

    @Test
    void request_isRefused_whenAnEarlierRunHasAcceptedIt_andTheClockWasSetBackMeanwhile() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        var later = new SetClock(clock.now().plusSeconds(30));
        RequestProof proof = TokenRequest.toImport(token, "desk-2").sign(holder, later.now());
        try (TokenSystem first = started(later, trust())) {
            first.tokens.importToken(token, proof, ALICE);
        }

        var setBack = new SetClock(clock.now());

        try (TokenSystem second = started(setBack, trust())) {
            assertRefused(TokenFault.STALE_PROOF, () -> second.tokens.importToken(token, proof, ALICE));
        }
    }

    /** The book asks for the time whenever it writes, between the check of a request and what comes of it. */
    @Test
    void revocation_endsWhatIsBeingImported() {
        String token = issuer.mint(holder, "desk-2", "tool:order.place call");
        Storage storage = Providers.named(StorageProvider.class, "sqlite").open(folder.resolve("store.db"));
        var meanwhile = new AtomicReference<Runnable>(() -> {});
        var book = new TokenBook.Stored(storage, () -> {
            meanwhile.getAndSet(() -> {}).run();
            return clock.now();
        });
        var options = TokenOptions.builder("desk-2").keyId(2).issuer(trust()).build();

        try (var system = new TokenSystem(options, clock, storage, book)) {
            String id = system.tokens.verify(token).id();
            meanwhile.set(() -> system.tokens.revoke(id, clock.now().plus(Duration.ofHours(1))));

            assertRefused(TokenFault.REVOKED, () -> system.imported(token, holder, ALICE));
            assertThat(system.handed).isEmpty();
        }
    }
}
