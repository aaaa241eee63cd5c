package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.security.LocalAuthorityTest.SettableTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is counted of grants, and how their answers are explained. */
class GrantUsageTest {
    private static final PrincipalId ALICE = PrincipalId.user("alice");
    private static final PrincipalId BOB = PrincipalId.user("bob");
    private static final Action CALL = Action.of("tool:x", "call");
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final SettableTime time = new SettableTime(NOON);
    private final Authority authority = new LocalAuthorityProvider().open(time);
    private final Grant root = authority.mintRoot(PrincipalId.HOST);

    @Test
    void usage_isNone_atFirst() {
        assertThat(grant("tool:x call").usage()).isEqualTo(GrantUsage.NONE);
    }

    @Test
    void usage_countsUses_hereAndAbove() {
        var grant = grant("tool:x call");
        var lent = authority.delegate(grant, null, BOB);
        time.advance(Duration.ofSeconds(5));

        var first = authority.begin(lent, CALL);
        authority.begin(grant, CALL).close();

        assertThat(lent.usage()).isEqualTo(new GrantUsage(1, 0, 1, NOON.plusSeconds(5), 0, BigDecimal.ZERO));
        assertThat(grant.usage().uses()).isEqualTo(2);
        assertThat(grant.usage().inFlight()).isEqualTo(1);
        assertThat(root.usage().uses()).isEqualTo(2);
        first.close();
        assertThat(grant.usage().inFlight()).isZero();
    }

    @Test
    void usage_tellsTheLastUse_toTheSecond() {
        var grant = grant("tool:x call");
        authority.begin(grant, CALL).close();
        time.advance(Duration.ofMinutes(3));
        authority.begin(grant, CALL).close();

        time.advance(Duration.ofHours(1));

        assertThat(grant.usage().lastUse()).isEqualTo(NOON.plus(Duration.ofMinutes(3)));
    }

    @Test
    void usage_countsBytes_hereAndAbove() {
        var grant = grant("tool:x call; maxBytes=100B");
        var lent = authority.delegate(grant, Capability.parse("tool:x call; maxBytes=60B"), BOB);
        var use = authority.begin(lent, CALL);

        assertThat(use.charge(50)).isTrue();
        assertThat(use.charge(11)).isFalse();

        assertThat(lent.usage().bytes()).isEqualTo(50);
        assertThat(grant.usage().bytes()).isEqualTo(50);
    }

    @Test
    void usage_countsADenial_atTheGrantThatCameNearest() {
        var near = grant("tool:order.place call; n<=5");
        var far = grant("tool:other call");
        var foreign = authority.derive(List.of(root), BOB, Capability.parse("tool:order.place call"));
        var held = List.of(far, near, foreign);

        var action = Action.of("tool:order.place", "call").with("n", 6);

        authority.deny(ALICE, held, action);
        authority.deny(ALICE, List.of(), action);

        assertThat(near.usage().denials()).isEqualTo(1);
        assertThat(far.usage().denials()).isZero();
        assertThat(foreign.usage().denials()).isZero();
    }

    @Test
    void check_countsNothing() {
        var grant = grant("tool:order.place call; uses=1");

        authority.check(ALICE, List.of(grant), Action.of("tool:order.place", "call"));
        var refused = authority.check(ALICE, List.of(grant), CALL);

        assertThat(refused).isInstanceOf(Ruling.Refused.class);
        assertThat(grant.usage()).isEqualTo(GrantUsage.NONE);
    }

    @Test
    void explain_countsNothing() {
        var used = grant("tool:order.place call; uses=1");
        var action = Action.of("tool:order.place", "call");

        for (int i = 0; i < 3; i++) {
            assertThat(authority.explain(ALICE, List.of(used), action).allowed())
                    .isTrue();
            assertThat(authority.explain(ALICE, List.of(used), CALL).allowed()).isFalse();
        }

        assertThat(used.usage()).isEqualTo(GrantUsage.NONE);
    }

    @Test
    void explain_namesTheChain_upToTheRoot() {
        var grant = grant("tool:** call");
        var lent = authority.delegate(grant, Capability.parse("tool:x call"), BOB);

        var explanation = (Explanation.Granted) authority.explain(BOB, List.of(lent), CALL);

        assertThat(explanation.chain())
                .containsExactly(
                        new Explanation.Link(lent.id(), lent.capability(), BOB, GrantOrigin.DELEGATED),
                        Explanation.Link.to(grant),
                        Explanation.Link.to(root));
        assertThat(explanation)
                .hasToString("allowed by grant " + lent.id() + " 'tool:x call' of " + BOB
                        + ", derived from grant " + grant.id() + " 'tool:** call' of " + ALICE + ", derived from grant "
                        + root.id() + " 'root:** any' of " + PrincipalId.HOST);
    }

    @Test
    void explain_namesTheNearestMiss_andWhatIsMissing() {
        var near = grant("tool:order.place call; notional<=100");
        var action = Action.of("tool:order.place", "call").with("notional", 150);

        var missed = (Explanation.Missed) authority.explain(ALICE, List.of(grant("tool:a call"), near), action);

        assertThat(missed.nearest().getFirst()).isEqualTo(Explanation.Link.to(near));
        assertThat(missed.reason()).contains("notional<=100", "150");
        assertThat(missed.missing()).isEqualTo("tool:order.place call; notional<=150");
        assertThat(missed.toString()).startsWith("denied: ").contains(missed.missing());
    }

    @Test
    void explain_saysThatNothingIsNear_whenNothingIsHeld() {
        var missed = (Explanation.Missed) authority.explain(ALICE, List.of(), CALL);

        assertThat(missed.nearest()).isEmpty();
        assertThat(missed.missing()).isEqualTo("tool:x call");
    }

    @Test
    void explain_saysWhyAGrantThatCoversDoesNot() {
        var revoked = grant("tool:x call");
        authority.revoke(revoked);
        var usedUp = grant("tool:x call; uses=1");
        authority.begin(usedUp, CALL).close();
        var atItsRate = grant("tool:x call; rate=1/1h");
        authority.begin(atItsRate, CALL).close();

        assertThat(((Explanation.Missed) authority.explain(ALICE, List.of(atItsRate), CALL)).reason())
                .endsWith("its rate is reached, 1/1h");
        assertThat(((Explanation.Missed) authority.explain(ALICE, List.of(revoked), CALL)).reason())
                .contains("revoked");
        assertThat(((Explanation.Missed) authority.explain(ALICE, List.of(usedUp), CALL)).reason())
                .contains("uses");
    }

    @Test
    void explain_saysThatAPersonIsAsked() {
        var grant = grant("tool:x call; approval=required");

        var asks = (Explanation.Asks) authority.explain(ALICE, List.of(grant), CALL);

        assertThat(asks.allowed()).isFalse();
        assertThat(asks.chain().getFirst().id()).isEqualTo(grant.id());
        assertThat(asks.toString()).contains("needs an approval");
    }

    private Grant grant(String capability) {
        return authority.derive(List.of(root), ALICE, Capability.parse(capability));
    }
}
