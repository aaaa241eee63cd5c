package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Constraint.Comparison;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small values around the gate: who acts, what was decided, what is looked for. */
class SecurityValuesTest {
    private static final List<PrincipalId> PRINCIPALS = List.of(
            PrincipalId.HOST,
            PrincipalId.user("ada"),
            PrincipalId.operator(1000),
            PrincipalId.agent(new AgentId(Address.of("desk"), 1)),
            PrincipalId.agent(new AgentId(Address.of("desk"), 2)),
            PrincipalId.agent(new AgentId(Address.of("desk/broker"), 3)));

    /** What is compared as text in a log or a policy must not be another's name: kinds never overlap. */
    @Test
    void principals_haveTextsOfTheirOwn() {
        var all = new ArrayList<>(PRINCIPALS);
        all.add(PrincipalId.user("host"));
        all.add(PrincipalId.user("1000"));
        all.add(PrincipalId.user("desk#1"));

        assertThat(all).extracting(PrincipalId::toString).doesNotHaveDuplicates();
        assertThat(all).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(PrincipalId.Kind.class)
    void principal_hasAName_exactlyUnlessItIsTheHost(PrincipalId.Kind kind) {
        String wrong = kind == PrincipalId.Kind.HOST ? "somebody" : "";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PrincipalId(kind, wrong))
                .withMessage(kind + " and name '" + wrong + "' do not go together");
    }

    @Test
    void principal_isAnAgent_onlyIfItIsOne() {
        assertThat(PrincipalId.user("desk#1").agentId())
                .as("a person may be called so")
                .isNull();
        assertThat(PrincipalId.operator(0).agentId()).isNull();
        assertThat(PrincipalId.agent(AgentId.parse("desk/broker#3")).agentId())
                .isEqualTo(AgentId.parse("desk/broker#3"));
    }

    @ParameterizedTest
    @CsvSource({
        "uses, true",
        "expires, true",
        "rate, true",
        "maxBytes, true",
        "approval, true",
        "between, true",
        "max, true",
        "notional, false",
        "Uses, false",
        "argv0, false"
    })
    void constraint_isTheSystems_byItsKey(String key, boolean expected) {
        assertThat(new Constraint(key, Comparison.EQUAL, List.of("1")).isSystem())
                .isEqualTo(expected);
    }

    @Test
    void constraint_hasATextForm_thatEscapesItsValues() {
        var symbols = new Constraint("symbol", Comparison.EQUAL, List.of("A,B", "50% = x"));

        assertThat(symbols).hasToString("symbol=A%2CB,50%25%20%3D%20x");
        assertThat(new Constraint("n", Comparison.AT_MOST, List.of("1"))).hasToString("n<=1");
        assertThat(new Constraint("n", Comparison.AT_LEAST, List.of("1"))).hasToString("n>=1");
        assertThat(Capability.parse("tool:a call; " + symbols)
                        .constraints()
                        .getFirst()
                        .values())
                .containsExactlyInAnyOrder("A,B", "50% = x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1n", "a b", "n<", "ä"})
    void constraint_refuses_aKeyThatIsNoName(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Constraint(key, Comparison.EQUAL, List.of("1")))
                .withMessageContaining("key");
    }

    /** No value at all would read as "any". */
    @Test
    void constraint_refuses_toHaveNoValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Constraint("symbol", Comparison.EQUAL, List.of()))
                .withMessage("the key 'symbol' has no value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Constraint("symbol", Comparison.EQUAL, List.of("A", "")));
    }

    @Test
    void decision_withoutObjection_isOne() {
        assertThat(Decision.allow()).isSameAs(Decision.allow()).isEqualTo(new Decision.Allow());
        assertThat(Decision.deny("closed"))
                .isEqualTo(new Decision.Deny("closed"))
                .isNotEqualTo(Decision.deny("open"));
    }

    @Test
    void record_underANumber_isTheSameOtherwise() {
        ActionRecord record = record(0, PrincipalId.HOST, "tool", Decision.allow());

        ActionRecord numbered = record.numbered(7);

        assertThat(numbered.sequence()).isEqualTo(7);
        assertThat(numbered.numbered(0)).isEqualTo(record);
    }

    /** A person has to decide, or another action was asked for: neither was allowed as it stood. */
    @Property(tries = 2_000)
    void query_agreesWithItsDocumentation(
            @ForAll("queries") ActionQuery query, @ForAll("records") ActionRecord record) {
        boolean expected = record.sequence() > query.afterSequence();
        if (query.type() != null) {
            expected &= record.action().type().equals(query.type());
        }
        if (query.deniedOnly()) {
            expected &= !record.decision().equals(Decision.allow());
        }
        if (query.agent() != null) {
            expected &= record.principal().toString().matches("agent:" + query.agent() + "#\\d+");
        }
        Statistics.label("matches").collect(expected);

        assertThat(query.matches(record)).as("%s of %s", record, query).isEqualTo(expected);
    }

    @Property(tries = 500)
    void query_onlyNarrows_stepByStep(@ForAll("queries") ActionQuery query, @ForAll("records") ActionRecord record) {
        boolean before = query.matches(record);

        assertThat(!query.denied().matches(record) || before).isTrue();
        assertThat(!query.after(query.afterSequence() + 1).matches(record) || before)
                .isTrue();
        assertThat(query.limit(1).matches(record))
                .as("a limit is for whoever collects")
                .isEqualTo(before);
        assertThat(query.denied().denied()).isEqualTo(query.denied());
    }

    private static ActionRecord record(long sequence, PrincipalId principal, String type, Decision decision) {
        return new ActionRecord(
                sequence,
                Instant.EPOCH,
                principal,
                Action.of(type + (type.equals("file") ? ":/a" : ":a"), "use"),
                decision,
                Outcome.DONE,
                "",
                Duration.ZERO);
    }

    @Provide
    Arbitrary<ActionRecord> records() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 5),
                        Arbitraries.of(PRINCIPALS),
                        Arbitraries.of("tool", "file", "agent"),
                        Arbitraries.of(
                                Decision.allow(),
                                Decision.deny("no"),
                                new Decision.NeedsApproval("large", Duration.ofMinutes(1)),
                                new Decision.Replace(Action.of("tool:b", "use"), "safer")))
                .as(SecurityValuesTest::record);
    }

    @Provide
    Arbitrary<ActionQuery> queries() {
        return Combinators.combine(
                        Arbitraries.of("desk", "desk/broker", "other")
                                .map(Address::of)
                                .injectNull(0.4),
                        Arbitraries.of("tool", "file").injectNull(0.4),
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(0, 3))
                .as((agent, type, denied, after) -> new ActionQuery(agent, type, denied, after, 10));
    }
}
