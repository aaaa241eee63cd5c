package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a denial says: the nearest miss, and the line to add. */
class DenialTest {
    private static final PrincipalId ALICE = PrincipalId.agent(new AgentId(Address.of("alice"), 1));

    private final Authority authority = new LocalAuthorityProvider().open(TimeSource.system());
    private final Grant root = authority.mintRoot(PrincipalId.HOST);

    @Test
    void missing_namesResourceVerbAndAttributes_whenNothingIsHeld() {
        var action =
                Action.of("tool:order.place", "call").with("symbol", "AAPL").with("notional", 12_000);

        var refused = check(action);

        assertThat(refused.missing()).isEqualTo("tool:order.place call; notional=12000; symbol=AAPL");
        assertThat(refused.reason()).isEqualTo("no grant is held");
    }

    @Test
    void missing_writesAProgramByItsName_asPeopleDo() {
        var action = Action.of("tool:shell.execute", "call")
                .with("argv0", "/usr/bin/uname")
                .with("program", "uname");

        assertThat(check(action).missing()).isEqualTo("tool:shell.execute call; argv0=uname");
    }

    @Test
    void missing_writesAProgramByItsPath_whenItHasNoName() {
        var action = Action.of("tool:shell.execute", "call").with("argv0", "/opt/tool");

        assertThat(check(action).missing()).isEqualTo("tool:shell.execute call; argv0=/opt/tool");
    }

    @Test
    void missing_keepsTheKindOfBound_ofTheNearestGrant() {
        var action = Action.of("tool:order.place", "call").with("notional", 12_000);

        var refused = check(action, "tool:shell.execute call", "tool:order.place call; notional<=10000");

        assertThat(refused.missing()).isEqualTo("tool:order.place call; notional<=12000");
        assertThat(refused.reason()).contains("notional<=10000", "notional is 12000");
    }

    @Test
    void missing_coversEachElement_ofAnArray() {
        var action = Action.of("tool:order.place", "call").with("symbols", List.of("AAPL", "MSFT", "AAPL"));

        assertThat(check(action).missing()).isEqualTo("tool:order.place call; symbols=AAPL,MSFT");
    }

    @Test
    void missing_leavesOut_whatNoConstraintCanName() {
        var action = Action.of("tool:x", "call")
                .with("empty", "")
                .with("nothing", null)
                .with("object", Map.of("a", 1))
                .with("none", List.of())
                .with("dry", true);

        assertThat(check(action).missing()).isEqualTo("tool:x call; dry=true");
    }

    @Test
    void missing_doesNotTurnAnAttribute_intoAConstraintOfTheSystem() {
        var action = Action.of("tool:x", "call")
                .with("uses", 5)
                .with("approval", "required")
                .with("Rate", "1/1m");

        assertThat(check(action).missing()).isEqualTo("tool:x call");
    }

    @Test
    void missing_escapesHostileText() {
        var action = Action.of("file:/data/a; uses=9", "read").with("note", "x,y; approval=required");

        var refused = check(action);

        assertThat(Capability.parse(refused.missing()).covers(action)).isTrue();
        assertThat(Capability.parse(refused.missing()).uses()).isEmpty();
    }

    @Test
    void missing_leavesOutAnAttribute_thatWouldMakeTheLineTooLong() {
        var action = Action.of("memory:" + "a".repeat(3_900), "read")
                .with("long", "b".repeat(500))
                .with("short", 1);

        var refused = check(action);

        assertThat(Capability.parse(refused.missing()).covers(action)).isTrue();
        assertThat(refused.missing()).endsWith("; short=1");
    }

    @Test
    void reason_prefersTheMissOfAnAttribute_toThatOfAVerb_toThatOfAResource() {
        var action = Action.of("file:/data/a", "read").with("size", 5);
        var byResource = "file:/other/** read";
        var byVerb = "file:/data/** write";
        var byAttribute = "file:/data/** read; size<=4";

        assertThat(check(action, byResource, byAttribute, byVerb).reason()).contains("size<=4", "size is 5");
        assertThat(check(action, byResource, byVerb).reason()).contains("permits write, not read");
        assertThat(check(action, byResource).reason()).contains("it is for file:/other/**");
    }

    @Test
    void reason_saysHowManyWereHeld_whenNoneIsOfTheType() {
        assertThat(check(Action.of("tool:x", "call"), "file:/a read", "file:/b read")
                        .reason())
                .isEqualTo("none of the 2 grants held is for tool:x");
    }

    @Test
    void reason_namesTheRevokedGrant_whenItWouldHaveCovered() {
        var grant = authority.derive(List.of(root), ALICE, Capability.parse("tool:x call"));
        authority.revoke(grant);

        var refused = (Ruling.Refused) authority.check(ALICE, List.of(grant), Action.of("tool:x", "call"));

        assertThat(refused.reason()).contains("grant " + grant.id(), "revoked");
        assertThat(refused.missing()).isEqualTo("tool:x call");
    }

    @Test
    void reason_tellsNothingAboutTheGrantsOfOthers() {
        var bobs =
                authority.derive(List.of(root), PrincipalId.user("bob"), Capability.parse("tool:x call; key=hidden"));

        var refused = (Ruling.Refused) authority.check(ALICE, List.of(bobs), Action.of("tool:x", "call"));

        assertThat(refused.reason()).doesNotContain("hidden");
    }

    private Ruling.Refused check(Action action, String... held) {
        var grants = Stream.of(held)
                .map(capability -> authority.derive(List.of(root), ALICE, Capability.parse(capability)))
                .toList();
        return (Ruling.Refused) authority.check(ALICE, grants, action);
    }
}
