package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.Authority.Use;
import dev.agentos.api.spi.Storage.StoredGrant;
import dev.agentos.api.spi.StoredRow.GrantEndRow;
import dev.agentos.api.spi.StoredRow.GrantRow;
import dev.agentos.api.spi.StoredRow.GrantUseRow;
import dev.agentos.security.LocalAuthorityTest.SettableTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Grants over the end of a runtime; the store is a few rows here. */
class GrantRestoreTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final PrincipalId DESK = PrincipalId.agent(new AgentId(Address.of("desk"), 1));
    private static final PrincipalId STRATEGY = PrincipalId.agent(new AgentId(Address.of("desk/strategy"), 2));
    private static final Action CALL = Action.of("tool:x", "call").with("n", 10);

    private final SettableTime time = new SettableTime(NOON);
    private final AtomicLong numbers = new AtomicLong();
    private Authority authority = new LocalAuthorityProvider().open(time, numbers::incrementAndGet);
    private Grant root = authority.mintRoot(PrincipalId.HOST);
    private final Map<Long, GrantUseRow> uses = new HashMap<>();

    @Test
    void keep_givesTheRowsOfAGrantAndThoseAboveIt_once() {
        var held = grant("tool:x call; depth=4");
        var lent = authority.delegate(held, null, STRATEGY);
        var other = authority.delegate(held, null, STRATEGY);

        var first = authority.keep(lent);
        var second = authority.keep(other);

        assertThat(first)
                .containsExactly(
                        new GrantRow(
                                held.id(),
                                DESK,
                                Capability.parse("tool:x call; depth=4"),
                                null,
                                GrantOrigin.GRANTED,
                                NOON,
                                PrincipalId.HOST),
                        new GrantRow(
                                lent.id(),
                                STRATEGY,
                                Capability.parse("tool:x call; depth=3"),
                                held.id(),
                                GrantOrigin.DELEGATED,
                                NOON,
                                DESK));
        assertThat(second).extracting(GrantRow::id).containsExactly(other.id());
        assertThat(authority.keep(lent)).isEmpty();
        assertThat(authority.keep(root)).isEmpty();
    }

    @Test
    void keep_endsAtWhatTheHostHoldsFromTheStart() {
        var hosts =
                authority.derive(List.of(root), PrincipalId.HOST, Capability.parse("tool:** call"), GrantOrigin.ROOT);
        var held = authority.derive(List.of(hosts), DESK, Capability.parse("tool:x call"));

        var rows = authority.keep(held);

        assertThat(rows).extracting(GrantRow::parent).containsExactly((Long) null);
        assertThat(rows).extracting(GrantRow::by).containsExactly(PrincipalId.HOST);
    }

    @Test
    void keep_isRefused_ofWhatIsRevoked_andRevokeSaysWhatIsKept() {
        var held = grant("tool:x call");
        var lent = authority.delegate(held, null, STRATEGY);
        var kept = grant("tool:x call");
        authority.keep(kept);

        boolean heldWasKept = authority.revoke(held);
        boolean keptWasKept = authority.revoke(kept);

        assertThat(heldWasKept).isFalse();
        assertThat(keptWasKept).isTrue();
        assertThatThrownBy(() -> authority.keep(lent)).isInstanceOf(DeniedException.class);
    }

    @Test
    void keep_thatIsRefused_leavesThoseAboveToTheNext() {
        var held = grant("tool:x call; depth=4");
        var revoked = authority.delegate(held, null, STRATEGY);
        var lent = authority.delegate(held, null, STRATEGY);
        authority.revoke(revoked);

        assertThatThrownBy(() -> authority.keep(revoked)).isInstanceOf(DeniedException.class);

        assertThat(authority.keep(lent)).extracting(GrantRow::id).containsExactly(held.id(), lent.id());
    }

    /** Whatever the interleaving, a revoked grant is either not in the store, or known to be. */
    @Test
    void keep_orRevoke_seesTheOther() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            var held = grant("tool:x call");
            var lent = authority.delegate(held, null, STRATEGY);
            var start = new CyclicBarrier(2);
            var refused = CompletableFuture.supplyAsync(() -> {
                await(start);
                try {
                    authority.keep(lent);
                    return false;
                } catch (DeniedException e) {
                    return true;
                }
            });

            await(start);
            boolean known = authority.revoke(held);

            assertThat(known || refused.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void takeUses_tellsOfKeptGrantsThatWereUsed_once() {
        var kept = grant("tool:x call; uses=9");
        var forgotten = grant("tool:x call");
        authority.keep(kept);
        authority.takeUses();

        begins(kept);
        begins(forgotten);
        var told = authority.takeUses();

        assertThat(told).containsExactly(new GrantUseRow(kept.id(), 1, 0, 0, NOON, List.of(), List.of()));
        assertThat(authority.takeUses()).isEmpty();
    }

    @Test
    void takeUses_tellsOfUsesBelow_ofBytes_andOfDenials() {
        var held = grant("tool:x call; maxBytes=1kB");
        var lent = authority.delegate(held, null, STRATEGY);
        authority.keep(lent);
        authority.takeUses();

        Use use = authority.begin(lent, CALL);
        use.charge(7);
        authority.deny(STRATEGY, List.of(lent), Action.of("tool:x", "describe"));

        assertThat(authority.takeUses())
                .extracting(GrantUseRow::grant, GrantUseRow::uses, GrantUseRow::bytes, GrantUseRow::denials)
                .contains(tuple(held.id(), 1L, 7L, 0L), tuple(lent.id(), 1L, 7L, 1L));
    }

    @Test
    void restore_bringsAGrantBack_withItsNumberAndItsPlace() {
        var held = grant("tool:x call; depth=4");
        var lent = authority.delegate(held, null, STRATEGY);
        var rows = authority.keep(lent);
        time.advance(Duration.ofHours(1));

        restart();
        Grant first = restore(rows.get(0), root);
        Grant second = restore(rows.get(1), first);

        assertThat(second.id()).isEqualTo(lent.id());
        assertThat(second.capability()).isEqualTo(lent.capability());
        assertThat(second.origin()).isEqualTo(GrantOrigin.DELEGATED);
        assertThat(second.created()).isEqualTo(NOON);
        assertThat(second.depth()).isEqualTo(2);
        assertThat(second.parent()).contains(first);
        assertThat(authority.check(STRATEGY, List.of(second), CALL)).isInstanceOf(Ruling.Allowed.class);
        assertThat(authority.keep(second)).isEmpty();
        assertThat(authority.delegate(second, null, DESK).id()).isGreaterThan(lent.id());
    }

    @Test
    void restore_endsWithItsParent_whenThatIsRevokedLater() {
        var lent = authority.delegate(grant("tool:x call"), null, STRATEGY);
        var rows = authority.keep(lent);
        restart();
        Grant held = restore(rows.get(0), root);
        Grant back = restore(rows.get(1), held);

        authority.revoke(held);

        assertThat(back.revoked()).isTrue();
        assertThat(authority.begin(back, CALL)).isNull();
    }

    @Test
    void restore_refuses_whatHasEnded() {
        var row = authority.keep(grant("tool:x call")).getFirst();
        var end = new GrantEndRow(row.id(), NOON, PrincipalId.HOST, "enough");
        restart();

        assertThatThrownBy(() -> authority.restore(new StoredGrant(row, null, end), root))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("ended");
    }

    @Test
    void restore_refuses_underARevokedParent() {
        var rows = authority.keep(authority.delegate(grant("tool:x call"), null, STRATEGY));
        restart();
        Grant held = restore(rows.get(0), root);
        authority.revoke(held);

        assertThatThrownBy(() -> restore(rows.get(1), held)).isInstanceOf(DeniedException.class);
    }

    @Test
    void restore_refuses_whatItsGiverHoldsNoLonger() {
        var row = authority.keep(grant("tool:x call")).getFirst();
        restart();
        Grant less =
                authority.derive(List.of(root), PrincipalId.HOST, Capability.parse("tool:y call"), GrantOrigin.ROOT);

        assertThatThrownBy(() -> restore(row, less))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("tool:x call");
    }

    @Test
    void restore_refuses_aRowThatWasWidened() {
        var held = grant("tool:x call; depth=1; uses=5");
        var rows = authority.keep(authority.delegate(held, null, STRATEGY));
        restart();
        Grant back = restore(rows.get(0), root);
        GrantRow row = rows.get(1);
        var widened = new GrantRow(
                row.id(),
                row.holder(),
                Capability.parse("tool:x call; depth=1; uses=5"),
                row.parent(),
                row.origin(),
                row.created(),
                row.by());

        assertThatThrownBy(() -> restore(widened, back)).isInstanceOf(DeniedException.class);
    }

    @Test
    void restore_refusesAnOlderNumber_thanItsParents() {
        var rows = authority.keep(authority.delegate(grant("tool:x call"), null, STRATEGY));
        restart();
        Grant back = restore(rows.get(1), root);

        assertThatThrownBy(() -> restore(rows.get(0), back)).isInstanceOf(DeniedException.class);
    }

    @Test
    void restore_doesNotRefill_whatWasUsed() {
        var held = grant("tool:x call; uses=3; maxBytes=10B; rate=5/1h; budget=n:100/1d");
        var row = authority.keep(held).getFirst();
        begins(held);
        Use use = authority.begin(held, CALL);
        use.charge(9);
        store();

        restart();
        Grant back = restore(row, root);

        assertThat(back.usage().uses()).isEqualTo(2);
        assertThat(back.usage().inFlight()).isZero();
        assertThat(back.usage().bytes()).isEqualTo(9);
        assertThat(back.usage().budgetUsed()).isEqualByComparingTo("20");
        assertThat(back.usage().lastUse()).isEqualTo(NOON);
        Use last = authority.begin(back, CALL);
        assertThat(last.charge(2)).isFalse();
        assertThat(last.charge(1)).isTrue();
        assertThat(authority.begin(back, CALL)).isNull();
    }

    @Test
    void restore_remembersTheWindows_ofRateAndBudget() {
        var held = grant("tool:x call; rate=2/1h; budget=n:20/1d");
        var row = authority.keep(held).getFirst();
        begins(held);
        time.advance(Duration.ofMinutes(30));
        begins(held);
        store();
        time.advance(Duration.ofMinutes(29));

        restart();
        Grant back = restore(row, root);
        var rateReached = authority.check(DESK, List.of(back), CALL);
        time.advance(Duration.ofMinutes(1));
        var budgetReached = authority.check(DESK, List.of(back), CALL);
        time.advance(Duration.ofHours(23));
        boolean nextDay = begins(back);

        assertThat(((Ruling.Refused) rateReached).reason()).contains("rate");
        assertThat(((Ruling.Refused) budgetReached).reason()).contains("budget");
        assertThat(nextDay).isTrue();
        assertThat(begins(back)).isFalse();
    }

    @Test
    void restore_keepsManyUsesOfAWindow_inFewEntries() {
        var held = grant("tool:x call; budget=n:100000/1d");
        var row = authority.keep(held).getFirst();
        for (int i = 0; i < 1_000; i++) {
            time.advance(Duration.ofSeconds(1));
            begins(held);
        }
        store();

        assertThat(uses.get(row.id()).spent()).hasSizeLessThanOrEqualTo(64);
        restart();
        assertThat(restore(row, root).usage().budgetUsed()).isEqualByComparingTo(new BigDecimal("10000"));
    }

    @Test
    void restore_doesNotReviveWhatExpired_whenTheClockWasSetBackMeanwhile() {
        var held = grant("tool:x call; expires=2026-03-02T13:00:00Z");
        var other = grant("tool:x call");
        var row = authority.keep(held).getFirst();
        var otherRow = authority.keep(other).getFirst();
        time.advance(Duration.ofHours(2));
        begins(other);
        store();

        time.set(NOON);
        restart();
        Grant back = restore(row, root);
        restore(otherRow, root);

        assertThat(back.expired()).isTrue();
        assertThat(authority.check(DESK, List.of(back), CALL)).isInstanceOf(Ruling.Refused.class);
    }

    @Test
    void restore_expiresAtItsTime_whateverTheClockWasSetTo() {
        var row = authority
                .keep(grant("tool:x call; expires=2026-03-02T13:00:00Z"))
                .getFirst();
        time.set(NOON.minus(Duration.ofDays(30)));
        restart();
        Grant back = restore(row, root);

        time.advance(Duration.ofHours(1).minusNanos(1));
        boolean before = back.expired();
        time.advance(Duration.ofNanos(1));

        assertThat(before).isFalse();
        assertThat(back.expired()).isTrue();
    }

    private void restart() {
        authority = new LocalAuthorityProvider().open(time, numbers::incrementAndGet);
        root = authority.mintRoot(PrincipalId.HOST);
    }

    private Grant restore(GrantRow row, Grant parent) {
        return authority.restore(new StoredGrant(row, useOf(row), null), parent);
    }

    private @Nullable GrantUseRow useOf(GrantRow row) {
        return uses.get(row.id());
    }

    private void store() {
        authority.takeUses().forEach(use -> uses.put(use.grant(), use));
    }

    private boolean begins(Grant grant) {
        Use use = authority.begin(grant, CALL);
        if (use != null) {
            use.close();
        }
        return use != null;
    }

    private Grant grant(String capability) {
        return authority.derive(List.of(root), DESK, Capability.parse(capability));
    }
}
