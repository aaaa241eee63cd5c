package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.Authority.Use;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.testkit.ManualClock;
import dev.agentos.testkit.contract.AuthorityContract;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalAuthorityTest implements AuthorityContract {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Action CALL = Action.of("tool:x", "call");
    private static final Action SPAWN = Action.of("agent:desk/broker", "spawn");

    private final SettableTime time = new SettableTime(NOON);
    private final Authority authority = openAuthority(time);
    private final Grant root = authority.mintRoot(PrincipalId.HOST);

    @Override
    public Authority openAuthority(TimeSource source) {
        return new LocalAuthorityProvider().open(source);
    }

    @Test
    void check_saysCacheable_onlyWithoutConstraintsOfTheSystem() {
        var constraints = List.of(
                "uses=1", "rate=1/1m", "expires=2027-01-01T00:00:00Z", "maxBytes=1kB", "between=00:00-23:59", "max=1");

        var plain = (Ruling.Allowed) check(grant("agent:desk/* spawn"), SPAWN);
        var constrained = constraints.stream()
                .map(constraint -> (Ruling.Allowed) check(grant("agent:desk/* spawn; " + constraint), SPAWN))
                .toList();

        assertThat(plain.cacheable()).isTrue();
        assertThat(constrained).noneMatch(Ruling.Allowed::cacheable);
    }

    @Test
    void check_prefersTheGrantThatCountsNothing_thenTheOneThatDoesNotAsk() {
        var asking = grant("tool:x call; approval=required");
        var counted = grant("tool:x call; uses=5");
        var free = grant("tool:x call");

        assertThat(granted(authority.check(ALICE, List.of(asking, counted, free), CALL)))
                .isEqualTo(free);
        assertThat(granted(authority.check(ALICE, List.of(asking, counted), CALL)))
                .isEqualTo(counted);
        assertThat(authority.check(ALICE, List.of(asking), CALL)).isInstanceOf(Ruling.Asks.class);
    }

    @Test
    void check_allocatesNothing_whenAllowed() {
        var held = new ArrayList<Grant>();
        for (String capability : List.of("file:/data/** read", "agent:desk/* send", "tool:*.place call; n<=10")) {
            held.add(grant(capability));
        }
        var action = Action.of("tool:order.place", "call").with("n", 7);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 20_000; i++) {
            authority.check(ALICE, held, action);
        }

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            authority.check(ALICE, held, action);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).as("bytes for 10,000 checks").isLessThan(10_000);
    }

    @Test
    void check_saysAsks_whenApprovalIsRequired() {
        var ruling = (Ruling.Asks) check(grant("tool:x call; approval=required"), CALL);

        assertThat(ruling.reason()).contains("approval", "tool:x call");
        assertThat(ruling.expiry()).isPositive();
    }

    @Test
    void check_refuses_aGrantThatClaimsToBeTheRoot() {
        var pretender = grant(root.capability().toString());

        assertThat(check(pretender, CALL)).isInstanceOf(Ruling.Refused.class);
        assertThatThrownBy(() -> authority.derive(List.of(pretender), BOB, Capability.parse("tool:x call")))
                .isInstanceOf(DeniedException.class);
    }

    @Test
    void check_refuses_anObjectThatOnlyLooksLikeAGrant() {
        Grant forged = new ForgedGrant(grant("tool:x call"));

        assertThat(authority.check(ALICE, List.of(forged), CALL)).isInstanceOf(Ruling.Refused.class);
        assertThat(authority.begin(forged, CALL)).isNull();
        assertThatThrownBy(() -> authority.revoke(forged)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> authority.derive(List.of(forged), ALICE, Capability.parse("tool:x call")))
                .isInstanceOf(DeniedException.class);
    }

    @Test
    void check_refuses_fromTheInstantOfExpiryOn() {
        var grant = grant("tool:x call; expires=2026-03-02T12:00:10Z");

        time.advance(Duration.ofSeconds(10).minusNanos(1));
        var justBefore = check(grant, CALL);
        time.advance(Duration.ofNanos(1));
        var exactlyThen = check(grant, CALL);

        assertThat(justBefore).isInstanceOf(Ruling.Allowed.class);
        assertThat(((Ruling.Refused) exactlyThen).reason()).contains("expired", "2026-03-02T12:00:10Z");
        assertThat(grant.expired()).isTrue();
    }

    @Test
    void check_keepsRefusing_whenTheClockIsSetBackAfterExpiry() {
        var grant = grant("tool:x call; expires=2026-03-02T13:00:00Z");
        time.advance(Duration.ofHours(2));
        assertThat(check(grant, CALL)).isInstanceOf(Ruling.Refused.class);

        time.set(NOON);

        assertThat(check(grant, CALL)).isInstanceOf(Ruling.Refused.class);
        assertThat(authority.begin(grant, CALL)).isNull();
    }

    @Test
    void check_refuses_whenTheClockWasSetBackBeforeAnybodyLooked() {
        var grant = grant("tool:x call; expires=2026-03-02T13:00:00Z");

        time.set(NOON.minus(Duration.ofDays(1)));
        time.advance(Duration.ofHours(1));

        assertThat(check(grant, CALL)).isInstanceOf(Ruling.Refused.class);
    }

    @Test
    void check_refusesAChild_whenItsParentExpiredBeforeTheClockWasSetBack() {
        var parent = grant("tool:x call; expires=2026-03-02T13:00:00Z");
        time.set(NOON.minus(Duration.ofHours(6)));
        var child =
                authority.derive(List.of(parent), BOB, Capability.parse("tool:x call; expires=2026-03-02T13:00:00Z"));

        time.advance(Duration.ofHours(1));

        assertThat(authority.check(BOB, List.of(child), CALL)).isInstanceOf(Ruling.Refused.class);
    }

    @Test
    void check_looksAtTheTimeOfDay_whenBetweenIsSet() {
        var grant = grant("tool:x call; between=12:00-13:00");

        var inside = check(grant, CALL);
        time.advance(Duration.ofHours(1));
        var behind = check(grant, CALL);
        time.advance(Duration.ofHours(23));
        var nextDay = check(grant, CALL);

        assertThat(inside).isInstanceOf(Ruling.Allowed.class);
        assertThat(((Ruling.Refused) behind).reason()).contains("time of day");
        assertThat(nextDay).isInstanceOf(Ruling.Allowed.class);
    }

    @Test
    void begin_isRefused_whenTheActionIsNotCovered() {
        assertThat(authority.begin(grant("tool:x call"), Action.of("tool:y", "call")))
                .isNull();
    }

    @Test
    void begin_countsNothing_whenItIsRefused() {
        var parent = grant("tool:x call; uses=10; rate=10/1h");
        var child = authority.derive(List.of(parent), BOB, Capability.parse("tool:x call; uses=1; rate=10/1h"));

        use(child, CALL);
        var second = authority.begin(child, CALL);

        assertThat(second).isNull();
        assertThat(child.used()).isEqualTo(1);
        assertThat(parent.used()).isEqualTo(1);
        assertThat(root.used()).isEqualTo(1);
        for (int i = 0; i < 9; i++) {
            use(parent, CALL);
        }
        assertThat(parent.used()).isEqualTo(10);
    }

    @Test
    void begin_keepsToTheRate_inEveryWindow() {
        var grant = grant("tool:x call; rate=2/1m");
        use(grant, CALL);
        time.advance(Duration.ofSeconds(30));
        use(grant, CALL);

        var third = authority.begin(grant, CALL);
        var ruling = check(grant, CALL);
        time.advance(Duration.ofSeconds(30));
        use(grant, CALL);

        assertThat(third).isNull();
        assertThat(((Ruling.Refused) ruling).reason()).endsWith("its rate is reached, 2/1m");
        assertThat(authority.begin(grant, CALL)).isNull();
    }

    @Test
    void begin_countsChildrenThatLive_notThoseThatEnded() {
        var grant = grant("agent:desk/* spawn; max=2");
        Use first = authority.begin(grant, SPAWN);
        use(grant, SPAWN);
        Use second = authority.begin(grant, SPAWN);

        var third = authority.begin(grant, SPAWN);
        var ruling = check(grant, SPAWN);
        first.close();
        first.close();
        Use afterOneEnded = authority.begin(grant, SPAWN);

        assertThat(second).isNotNull();
        assertThat(third).isNull();
        assertThat(((Ruling.Refused) ruling).reason()).contains("children", "2");
        assertThat(afterOneEnded).isNotNull();
        assertThat(authority.begin(grant, SPAWN)).isNull();
    }

    @Test
    void begin_countsChildren_overTheWholeChain() {
        var parent = grant("agent:desk/* spawn; max=2");
        var child = authority.derive(List.of(parent), BOB, Capability.parse("agent:desk/* spawn; max=2"));
        Use byParent = authority.begin(parent, SPAWN);
        Use byChild = authority.begin(child, SPAWN);

        var tooMany = authority.begin(parent, SPAWN);

        assertThat(byParent).isNotNull();
        assertThat(byChild).isNotNull();
        assertThat(tooMany).isNull();
    }

    @Test
    void charge_countsBytesOverTheWholeChain_andNoneIfTooMany() {
        var parent = grant("tool:x call; maxBytes=1000B");
        var child = authority.derive(List.of(parent), BOB, Capability.parse("tool:x call; maxBytes=900B"));
        try (Use byParent = authority.begin(parent, CALL);
                Use byChild = authority.begin(child, CALL)) {

            assertThat(byParent.charge(200)).isTrue();
            assertThat(byChild.charge(801)).isFalse();
            assertThat(byChild.charge(800)).isTrue();
            assertThat(byChild.charge(0)).isTrue();
            assertThat(byChild.charge(1)).isFalse();
            assertThatThrownBy(() -> byChild.charge(-1)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(((Ruling.Refused) authority.check(BOB, List.of(child), CALL)).reason())
                .contains("bytes");
    }

    @Test
    void charge_isUnlimited_whenNothingIsSaid() {
        try (Use use = authority.begin(grant("tool:x call"), CALL)) {

            assertThat(use.charge(Long.MAX_VALUE)).isTrue();
            assertThat(use.charge(Long.MAX_VALUE)).isTrue();
        }
    }

    @Test
    void revoke_endsGrandchildren_andNothingElse() {
        var parent = grant("tool:x call");
        var sibling = grant("tool:x call");
        var grandchild = handedOn(handedOn(parent));
        assertThat(granted(check(grandchild, CALL))).isEqualTo(grandchild);

        authority.revoke(parent);

        assertThat(((Ruling.Refused) check(grandchild, CALL)).reason()).contains("revoked");
        assertThat(granted(check(sibling, CALL))).isEqualTo(sibling);
        assertThat(grandchild.revoked()).isTrue();
        assertThat(root.revoked()).isFalse();
    }

    @Test
    void revoke_leavesARunningUse_whichStillEnds() {
        var grant = grant("tool:x call");
        Use running = authority.begin(grant, CALL);

        authority.revoke(grant);
        long openWhileRunning = grant.usage().inFlight();
        running.close();

        assertThat(openWhileRunning).isEqualTo(1);
        assertThat(grant.usage().inFlight()).isZero();
        assertThat(root.usage().inFlight()).isZero();
    }

    @Test
    void derive_refuses_aGrantThatWasRevokedOrIsOver() {
        var revoked = grant("tool:x call");
        authority.revoke(revoked);
        var expired = grant("tool:x call; expires=2026-03-02T12:00:01Z");
        time.advance(Duration.ofSeconds(1));

        assertThatThrownBy(() -> handedOn(revoked)).hasMessageContaining("revoked");
        assertThatThrownBy(() -> handedOn(expired)).hasMessageContaining("expired");
    }

    @Test
    void derive_refusesWhatDropsAConstraint_namingIt() {
        var giver = grant("tool:order.place call; notional<=10000; uses=5");

        assertThatThrownBy(() -> authority.derive(
                        List.of(giver), BOB, Capability.parse("tool:order.place call; notional<=20000; uses=5")))
                .isInstanceOfSatisfying(DeniedException.class, denied -> {
                    assertThat(denied.reason()).contains("notional<=10000");
                    assertThat(denied.missing()).isEqualTo("tool:order.place call; notional<=20000; uses=5");
                });
        assertThatThrownBy(() -> authority.derive(
                        List.of(giver), BOB, Capability.parse("tool:order.place call; notional<=10000")))
                .hasMessageContaining("uses=5");
    }

    @Test
    void derive_takesFromTheGrantThatCountsNothing() {
        var counted = grant("tool:x call; uses=5");
        var free = grant("tool:x call");

        var child = authority.derive(List.of(counted, free), BOB, Capability.parse("tool:x call; uses=2"));

        assertThat(child.parent()).contains(free);
    }

    @Test
    void derive_isRefused_whenTheChainIsTooLong() {
        var grant = grant("tool:x call");
        for (int i = 0; i < 255; i++) {
            grant = handedOn(grant);
        }

        var last = grant;

        assertThat(granted(check(last, CALL))).isEqualTo(last);
        use(last, CALL);
        assertThatThrownBy(() -> handedOn(last))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("256 times");
    }

    @Test
    void ids_areUnique_withinOneAuthority() {
        assertThat(List.of(
                        root.id(),
                        grant("tool:x call").id(),
                        grant("tool:x call").id()))
                .doesNotHaveDuplicates();
    }

    private Grant grant(String capability) {
        return authority.derive(List.of(root), ALICE, Capability.parse(capability));
    }

    private Grant handedOn(Grant grant) {
        return authority.derive(List.of(grant), ALICE, grant.capability());
    }

    private Ruling check(Grant grant, Action action) {
        return authority.check(grant.holder(), List.of(grant), action);
    }

    private static Grant granted(Ruling ruling) {
        return ((Ruling.Allowed) ruling).grant();
    }

    private void use(Grant grant, Action action) {
        Use use = authority.begin(grant, action);
        assertThat(use).as("use of " + grant).isNotNull();
        use.close();
    }

    /** All the right answers from an object that nobody minted. */
    private record ForgedGrant(Grant original) implements Grant {
        @Override
        public long id() {
            return original.id();
        }

        @Override
        public Capability capability() {
            return original.capability();
        }

        @Override
        public PrincipalId holder() {
            return original.holder();
        }

        @Override
        public Optional<Grant> parent() {
            return original.parent();
        }

        @Override
        public boolean revoked() {
            return false;
        }

        @Override
        public long used() {
            return 0;
        }

        @Override
        public GrantOrigin origin() {
            return GrantOrigin.GRANTED;
        }

        @Override
        public int depth() {
            return 1;
        }

        @Override
        public Instant created() {
            return Instant.EPOCH;
        }

        @Override
        public GrantUsage usage() {
            return GrantUsage.NONE;
        }
    }

    /** The manual clock does not go back; this one has somebody who sets it. */
    static final class SettableTime implements TimeSource {
        private Instant now;
        private long elapsed;

        SettableTime(Instant now) {
            this.now = now;
        }

        void advance(Duration duration) {
            now = now.plus(duration);
            elapsed += duration.toNanos();
        }

        void set(Instant instant) {
            now = instant;
        }

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanoTime() {
            return elapsed;
        }
    }

    @Test
    void check_lastsAsLongAsTheClockSays_whenItIsManual() {
        var clock = ManualClock.startingAt(NOON);
        Authority manual = openAuthority(clock);
        var grant = manual.derive(
                List.of(manual.mintRoot(PrincipalId.HOST)),
                ALICE,
                Capability.parse("tool:x call; expires=2026-03-09T12:00:00Z"));

        clock.advance(Duration.ofDays(6));
        var before = manual.check(ALICE, List.of(grant), CALL);
        clock.advance(Duration.ofDays(1));

        assertThat(before).isInstanceOf(Ruling.Allowed.class);
        assertThat(manual.check(ALICE, List.of(grant), CALL)).isInstanceOf(Ruling.Refused.class);
    }
}
