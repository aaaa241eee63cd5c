package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.Storage.StoredGrant;
import dev.agentos.api.spi.StoredRow.GrantEndRow;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Authority} has to do: cover what was granted, and nothing else.
 *
 * @since 0.1
 */
public interface AuthorityContract {
    /** The agent that the grants of these tests are for. */
    PrincipalId ALICE = PrincipalId.agent(new AgentId(Address.of("alice"), 1));

    /** Another agent. */
    PrincipalId BOB = PrincipalId.agent(new AgentId(Address.of("bob"), 2));

    /** {@return a new authority whose time is this} */
    Authority openAuthority(TimeSource time);

    /** The root grant covers everything, for its holder only. */
    @Test
    default void check_allowsEverything_underTheRootGrant() {
        Authority authority = openAuthority(TimeSource.system());
        var root = authority.mintRoot(PrincipalId.HOST);

        assertThat(authority.check(PrincipalId.HOST, List.of(root), Action.of("file:/etc/passwd", "read")))
                .isInstanceOf(Ruling.Allowed.class);
        assertThat(authority.check(ALICE, List.of(root), Action.of("file:/etc/passwd", "read")))
                .isInstanceOf(Ruling.Refused.class);
    }

    /** A path-scoped grant matches below its path, and never beside or above it. */
    @Test
    default void check_matchesBelowThePath_andNowhereElse() {
        Authority authority = openAuthority(TimeSource.system());
        var held = List.of(grant(authority, "file:/data/** read"));

        assertThat(authority.check(ALICE, held, Action.of("file:/data/2026/a.csv", "read")))
                .isInstanceOf(Ruling.Allowed.class);
        for (String other : List.of("/data2", "/", "/etc/passwd", "/dat")) {
            assertThat(authority.check(ALICE, held, Action.of("file:" + other, "read")))
                    .as(other)
                    .isInstanceOf(Ruling.Refused.class);
        }
        assertThat(authority.check(ALICE, held, Action.of("file:/data/a.csv", "write")))
                .isInstanceOf(Ruling.Refused.class);
    }

    /** What is said to be missing is a capability that would have allowed the action. */
    @Test
    default void check_namesTheMissingGrant_whenRefused() {
        Authority authority = openAuthority(TimeSource.system());
        var action = Action.of("tool:order.place", "call").with("notional", 12_000);
        var held = List.of(grant(authority, "tool:order.place call; notional<=10000"));

        var refused = (Ruling.Refused) authority.check(ALICE, held, action);

        assertThat(refused.reason()).contains("notional");
        var added = grant(authority, refused.missing());
        assertThat(authority.check(ALICE, List.of(added), action)).isInstanceOf(Ruling.Allowed.class);
    }

    /** A grant cannot be used by anybody but its holder. */
    @Test
    default void check_refuses_aGrantOfAnotherHolder() {
        Authority authority = openAuthority(TimeSource.system());
        var alices = grant(authority, "tool:x call");

        assertThat(authority.check(BOB, List.of(alices), Action.of("tool:x", "call")))
                .isInstanceOf(Ruling.Refused.class);
    }

    /** A grant of one authority is nothing to another. */
    @Test
    default void check_refuses_aGrantOfAnotherAuthority() {
        var foreign = grant(openAuthority(TimeSource.system()), "tool:x call");

        var ruling = openAuthority(TimeSource.system()).check(ALICE, List.of(foreign), Action.of("tool:x", "call"));

        assertThat(ruling).isInstanceOf(Ruling.Refused.class);
    }

    /** A derived grant is within one of the giver's, or it is refused by name. */
    @Test
    default void derive_refuses_whatTheGiverDoesNotHold() {
        Authority authority = openAuthority(TimeSource.system());
        var held = List.of(grant(authority, "file:/data/** read"));

        var child = authority.derive(held, BOB, Capability.parse("file:/data/2026/** read"));

        assertThat(authority.check(BOB, List.of(child), Action.of("file:/data/2026/a", "read")))
                .isInstanceOf(Ruling.Allowed.class);
        assertThatThrownBy(() -> authority.derive(held, BOB, Capability.parse("file:/** read")))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("file:/** read");
    }

    /** Uses are counted over a grant and everything derived from it. */
    @Test
    default void begin_countsUses_overTheWholeChain() {
        Authority authority = openAuthority(TimeSource.system());
        var action = Action.of("tool:x", "call");
        var parent = grant(authority, "tool:x call; uses=2");
        var child = authority.derive(List.of(parent), BOB, Capability.parse("tool:x call; uses=2"));

        assertThat(begins(authority, parent, action)).isTrue();
        assertThat(begins(authority, child, action)).isTrue();

        assertThat(begins(authority, child, action)).isFalse();
        assertThat(begins(authority, parent, action)).isFalse();
        assertThat(parent.used()).isEqualTo(2);
    }

    /** An expired grant covers nothing. */
    @Test
    default void check_refuses_whenExpired() {
        var clock = ManualClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
        Authority authority = openAuthority(clock);
        var held = List.of(grant(authority, "tool:x call; expires=2026-01-01T00:00:10Z"));
        var action = Action.of("tool:x", "call");

        clock.advance(Duration.ofSeconds(9));
        var before = authority.check(ALICE, held, action);
        clock.advance(Duration.ofSeconds(1));

        assertThat(before).isInstanceOf(Ruling.Allowed.class);
        assertThat(authority.check(ALICE, held, action)).isInstanceOf(Ruling.Refused.class);
        assertThat(begins(authority, held.getFirst(), action)).isFalse();
    }

    /** Revoking ends a grant and everything derived from it, at once. */
    @Test
    default void revoke_endsTheWholeSubtree() {
        Authority authority = openAuthority(TimeSource.system());
        var action = Action.of("tool:x", "call");
        var parent = grant(authority, "tool:x call");
        var child = authority.derive(List.of(parent), BOB, Capability.parse("tool:x call"));
        long before = authority.epoch();

        authority.revoke(parent);

        assertThat(authority.check(BOB, List.of(child), action)).isInstanceOf(Ruling.Refused.class);
        assertThat(begins(authority, child, action)).isFalse();
        assertThat(child.revoked()).isTrue();
        assertThat(authority.epoch()).isNotEqualTo(before);
    }

    /** What is narrowed stays with its holder, ends with what it was narrowed from, and is never wider. */
    @Test
    default void attenuate_onlyNarrows() {
        Authority authority = openAuthority(TimeSource.system());
        var held = grant(authority, "tool:x call; n<=5");

        var narrower = authority.attenuate(held, Capability.parse("tool:x call; n<=2"));

        assertThat(narrower.holder()).isEqualTo(ALICE);
        assertThat(narrower.origin()).isEqualTo(GrantOrigin.ATTENUATED);
        assertThatThrownBy(() -> authority.attenuate(narrower, held.capability()))
                .isInstanceOf(DeniedException.class);
        authority.revoke(held);
        assertThat(narrower.revoked()).isTrue();
    }

    /** What may be handed on twice may be handed on twice. */
    @Test
    default void delegate_isRefused_whenItMayNotBeHandedOn() {
        Authority authority = openAuthority(TimeSource.system());
        var held = grant(authority, "tool:x call; depth=1");

        var lent = authority.delegate(held, null, BOB);

        assertThat(lent.depth()).isEqualTo(held.depth() + 1);
        assertThat(authority.check(BOB, List.of(lent), Action.of("tool:x", "call")))
                .isInstanceOf(Ruling.Allowed.class);
        assertThatThrownBy(() -> authority.delegate(lent, null, ALICE)).isInstanceOf(DeniedException.class);
    }

    /** A budget is of a chain: what is spent below is spent above, and all of an amount or nothing of it. */
    @Test
    default void begin_spendsTheBudget_ofTheWholeChain() {
        Authority authority = openAuthority(TimeSource.system());
        var held = grant(authority, "tool:x call; budget=n:100");
        var lent = authority.delegate(held, Capability.parse("tool:x call; budget=n:80"), BOB);
        var action = Action.of("tool:x", "call");

        assertThat(begins(authority, lent, action.with("n", 70))).isTrue();
        assertThat(begins(authority, held, action.with("n", 31))).isFalse();
        assertThat(begins(authority, held, action.with("n", 30))).isTrue();
        assertThat(begins(authority, lent, action.with("n", 0.01))).isFalse();
        assertThat(held.usage().budgetUsed()).isEqualByComparingTo("100");
        assertThat(lent.usage().budgetUsed()).isEqualByComparingTo("70");
    }

    /** Whoever asks why is told, and nothing is counted. */
    @Test
    default void explain_countsNothing_andNamesTheChain() {
        Authority authority = openAuthority(TimeSource.system());
        var held = grant(authority, "tool:x call; uses=1");

        var granted = authority.explain(ALICE, List.of(held), Action.of("tool:x", "call"));
        var missed = authority.explain(ALICE, List.of(held), Action.of("tool:y", "call"));

        assertThat(granted)
                .isInstanceOfSatisfying(
                        Explanation.Granted.class,
                        why -> assertThat(why.chain())
                                .extracting(Explanation.Link::id)
                                .startsWith(held.id())
                                .hasSize(2));
        assertThat(missed)
                .isInstanceOfSatisfying(
                        Explanation.Missed.class,
                        why -> assertThat(why.missing()).isEqualTo("tool:y call"));
        assertThat(held.usage()).isEqualTo(GrantUsage.NONE);
    }

    /** A grant comes back as it was, with what was counted; one that has ended does not. */
    @Test
    default void restore_bringsBackWhatWasKept_withItsCounts() {
        Authority before = openAuthority(TimeSource.system());
        var held = grant(before, "tool:x call; uses=2");
        var row = before.keep(held).getFirst();
        begins(before, held, Action.of("tool:x", "call"));
        var use = before.takeUses().getLast();

        Authority after = openAuthority(TimeSource.system());
        var root = after.mintRoot(PrincipalId.HOST);
        var back = after.restore(new StoredGrant(row, use, null), root);
        var end = new GrantEndRow(row.id(), Instant.EPOCH, PrincipalId.HOST, "enough");

        assertThat(back.id()).isEqualTo(held.id());
        assertThat(back.usage().uses()).isEqualTo(1);
        assertThat(begins(after, back, Action.of("tool:x", "call"))).isTrue();
        assertThat(begins(after, back, Action.of("tool:x", "call"))).isFalse();
        assertThatThrownBy(() -> after.restore(new StoredGrant(row, use, end), root))
                .isInstanceOf(DeniedException.class);
    }

    /** With many grants the answers are those of the plain list. */
    @Test
    default void prepare_changesNoAnswer() {
        Authority authority = openAuthority(TimeSource.system());
        var held = new ArrayList<Grant>();
        for (int i = 0; i < 100; i++) {
            held.add(grant(authority, (i % 2 == 0 ? "tool:x" + i + " call" : "file:/data/" + i + "/** read")));
        }

        var prepared = authority.prepare(held);

        assertThat(prepared).isEqualTo(held);
        assertThat(authority.check(ALICE, prepared, Action.of("tool:x98", "call")))
                .isInstanceOf(Ruling.Allowed.class);
        assertThat(authority.check(ALICE, prepared, Action.of("file:/data/7/a/b", "read")))
                .isInstanceOf(Ruling.Allowed.class);
        assertThat(authority.check(ALICE, prepared, Action.of("file:/data/8/a/b", "read")))
                .isInstanceOf(Ruling.Refused.class);
        assertThat(authority.check(BOB, prepared, Action.of("tool:x98", "call")))
                .isInstanceOf(Ruling.Refused.class);
    }

    private static Grant grant(Authority authority, String capability) {
        var root = authority.mintRoot(PrincipalId.HOST);
        return authority.derive(List.of(root), ALICE, Capability.parse(capability));
    }

    private static boolean begins(Authority authority, Grant grant, Action action) {
        var use = authority.begin(grant, action);
        if (use != null) {
            use.close();
        }
        return use != null;
    }
}
