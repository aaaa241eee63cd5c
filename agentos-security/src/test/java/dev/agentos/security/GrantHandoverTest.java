package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.agentos.api.spi.TimeSource;
import dev.agentos.security.LocalAuthorityTest.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How grants pass from hand to hand. */
class GrantHandoverTest {
    private static final PrincipalId ALICE = agent("alice", 1);
    private static final PrincipalId BOB = agent("bob", 2);
    private static final PrincipalId CAROL = agent("carol", 3);
    private static final Action CALL = Action.of("tool:x", "call");

    private final SettableTime time = new SettableTime(Instant.parse("2026-03-02T12:00:00Z"));
    private final Authority authority = new LocalAuthorityProvider().open(time);
    private final Grant root = authority.mintRoot(PrincipalId.HOST);

    @Test
    void grant_knowsHowItCame_andWhen() {
        var held = authority.derive(List.of(root), ALICE, capability("tool:x call"), GrantOrigin.SPAWN);
        time.advance(Duration.ofSeconds(1));
        var narrower = authority.attenuate(held, capability("tool:x call; uses=1"));
        var lent = authority.delegate(narrower, null, BOB);

        assertThat(root.origin()).isEqualTo(GrantOrigin.ROOT);
        assertThat(held.origin()).isEqualTo(GrantOrigin.SPAWN);
        assertThat(narrower.origin()).isEqualTo(GrantOrigin.ATTENUATED);
        assertThat(lent.origin()).isEqualTo(GrantOrigin.DELEGATED);
        assertThat(List.of(root.depth(), held.depth(), narrower.depth(), lent.depth()))
                .containsExactly(0, 1, 1, 2);
        assertThat(narrower.holder()).isEqualTo(ALICE);
        assertThat(lent.parent()).contains(narrower);
        assertThat(lent.created()).isEqualTo(Instant.parse("2026-03-02T12:00:01Z"));
    }

    @Test
    void attenuate_refuses_whatIsWider() {
        var held = grant(ALICE, "tool:x call; n<=5; uses=3");

        for (String wider : List.of("tool:x call; uses=3", "tool:x call; n<=6; uses=3", "tool:** call; n<=5; uses=3")) {
            assertThatThrownBy(() -> authority.attenuate(held, capability(wider)))
                    .as(wider)
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining(wider);
        }
        assertThat(authority
                        .attenuate(held, capability("tool:x call; n<=4; uses=3"))
                        .holder())
                .isEqualTo(ALICE);
    }

    @Test
    void use_isRefused_inOtherHands() {
        var alices = grant(ALICE, "tool:x call");
        var lent = authority.delegate(alices, null, BOB);

        assertThat(authority.check(BOB, List.of(alices), CALL)).isInstanceOf(Ruling.Refused.class);
        assertThat(authority.check(ALICE, List.of(lent), CALL)).isInstanceOf(Ruling.Refused.class);
        assertThat(authority.check(BOB, List.of(lent), CALL)).isInstanceOf(Ruling.Allowed.class);
    }

    @Test
    void use_isRefused_toALaterAgentOfTheSameName() {
        var grant = grant(ALICE, "tool:x call");

        assertThat(authority.check(agent("alice", 7), List.of(grant), CALL)).isInstanceOf(Ruling.Refused.class);
    }

    @Test
    void use_isRefused_byAnotherAuthority() {
        var grant = grant(ALICE, "tool:x call");
        Authority other = new LocalAuthorityProvider().open(TimeSource.system());

        assertThat(other.check(ALICE, List.of(grant), CALL)).isInstanceOf(Ruling.Refused.class);
        assertThat(other.begin(grant, CALL)).isNull();
        assertThatThrownBy(() -> other.delegate(grant, null, BOB)).isInstanceOf(DeniedException.class);
        assertThatThrownBy(() -> other.keep(grant)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> other.revoke(grant)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void delegate_countsDown_andEndsAtDepthZero() {
        var held = grant(ALICE, "tool:x call; depth=2");

        var once = authority.delegate(held, null, BOB);
        var twice = authority.delegate(once, null, CAROL);

        assertThat(once.capability()).hasToString("tool:x call; depth=1");
        assertThat(twice.capability()).hasToString("tool:x call; depth=0");
        assertThatThrownBy(() -> authority.delegate(twice, null, ALICE))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("may not be handed on");
        assertThat(authority.check(CAROL, List.of(twice), CALL)).isInstanceOf(Ruling.Allowed.class);
    }

    @Test
    void derive_refusesSomebodyElse_whatIsNotOneLess() {
        var held = grant(ALICE, "tool:x call; depth=2");

        assertThatThrownBy(() -> authority.derive(List.of(held), BOB, capability("tool:x call; depth=2")))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("depth=1");
        assertThatThrownBy(() -> authority.derive(List.of(held), BOB, capability("tool:x call")))
                .isInstanceOf(DeniedException.class);
        assertThat(authority
                        .derive(List.of(held), BOB, capability("tool:x call; depth=1"))
                        .depth())
                .isEqualTo(2);
    }

    @Test
    void attenuate_staysWithItsHolder_andIsNoHandOver() {
        var held = grant(ALICE, "tool:x call; depth=0");

        var narrower = authority.attenuate(held, capability("tool:x call; depth=0; uses=1"));

        assertThat(narrower.depth()).isEqualTo(held.depth());
        assertThat(authority.check(ALICE, List.of(narrower), CALL)).isInstanceOf(Ruling.Allowed.class);
    }

    @Test
    void grantWithADepth_isAsFreeAsOneWithout() {
        var ruling = (Ruling.Allowed) authority.check(ALICE, List.of(grant(ALICE, "tool:x call; depth=3")), CALL);

        assertThat(ruling.cacheable()).isTrue();
    }

    @Test
    void delegate_isRefused_ofWhatIsRevokedOrExpired() {
        var revoked = grant(ALICE, "tool:x call");
        authority.revoke(revoked);
        var expired = grant(ALICE, "tool:x call; expires=2026-03-02T12:00:10Z");
        time.advance(Duration.ofSeconds(10));

        assertThatThrownBy(() -> authority.delegate(revoked, null, BOB))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("revoked");
        assertThatThrownBy(() -> authority.delegate(expired, null, BOB))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("expired");
    }

    @Test
    void chain_isNoLongerThanItsMaximum_howeverItGrows() {
        Grant last = grant(ALICE, "tool:x call");
        for (int i = 1; i < 256; i++) {
            last = i % 2 == 0
                    ? authority.attenuate(last, last.capability())
                    : authority.delegate(last, null, last.holder().equals(ALICE) ? BOB : ALICE);
        }
        Grant longest = last;

        assertThatThrownBy(() -> authority.delegate(longest, null, CAROL))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("256");
        assertThatThrownBy(() -> authority.attenuate(longest, longest.capability()))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("256");
    }

    @Test
    void revokedParent_endsWhatIsBelow_andNotTheCallThatRuns() {
        var desk = grant(ALICE, "tool:x call; uses=5");
        var lent = authority.delegate(desk, capability("tool:x call; uses=2"), BOB);
        var inFlight = authority.begin(lent, CALL);

        authority.revoke(desk);

        assertThat(lent.revoked()).isTrue();
        assertThat(authority.begin(lent, CALL)).isNull();
        assertThat(lent.usage().inFlight()).isEqualTo(1);
        assertThat(desk.usage().inFlight()).isEqualTo(1);
        assertThat(inFlight).isNotNull();
        inFlight.close();
        assertThat(desk.usage().inFlight()).isZero();
        assertThat(desk.used()).isEqualTo(1);
    }

    private Grant grant(PrincipalId holder, String capability) {
        return authority.derive(List.of(root), holder, capability(capability));
    }

    private static Capability capability(String text) {
        return Capability.parse(text);
    }

    private static PrincipalId agent(String name, long incarnation) {
        return PrincipalId.agent(new AgentId(Address.of(name), incarnation));
    }
}
