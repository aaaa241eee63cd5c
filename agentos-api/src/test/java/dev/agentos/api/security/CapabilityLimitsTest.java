package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.InvalidCapabilityException;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys {@code depth} and {@code budget}. */
class CapabilityLimitsTest {
    private static final Capability ORDERS = Capability.parse("tool:order.place call; budget=notional:100");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool:a call; depth=0",
                "tool:a call; depth=7",
                "tool:a call; budget=notional:100000/1d",
                "tool:a call; budget=fee_total:0.000000000000000001",
                "tool:a call; budget=n:99999999999999999999.5/90s",
                "tool:a call; budget=n:5; depth=1; n<=2; uses=3"
            })
    void parse_roundTripsExactly(String text) {
        assertThat(Capability.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "budget=n:1.50, budget=n:1.5",
        "budget=n:007, budget=n:7",
        "budget=n:5/24h, budget=n:5/1d",
        "budget=n:5/60s, budget=n:5/1m"
    })
    void parse_bringsABudgetIntoItsOneForm(String written, String canonical) {
        assertThat(Capability.parse("tool:a call; " + written)).hasToString("tool:a call; " + canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "depth=-1",
                "depth=01",
                "depth=1.5",
                "depth=",
                "depth<=2",
                "depth=1,2",
                "depth=99999999999999999999",
                "Depth=1",
                "budget=notional",
                "budget=:5",
                "budget=notional:",
                "budget=notional:0",
                "budget=notional:-5",
                "budget=notional:1e3",
                "budget=notional:.5",
                "budget=notional:5.",
                "budget=notional:0.0000000000000000001",
                "budget=notional:100000000000000000000",
                "budget=notional:5/",
                "budget=notional:5/1",
                "budget=notional:5/0d",
                "budget=notional:5/1d/1d",
                "budget=no tional:5",
                "budget=uses:5",
                "budget=budget:5",
                "budget=a:5,b:5",
                "budget<=a:5",
                "BUDGET=a:5"
            })
    void parse_refuses_whatIsNoLimit(String constraint) {
        assertThatThrownBy(() -> Capability.parse("tool:a call; " + constraint))
                .isInstanceOf(InvalidCapabilityException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "depth=1, depth=2, true",
        "depth=2, depth=2, true",
        "depth=3, depth=2, false",
        "uses=1, depth=2, false",
        "depth=0, uses=1, false",
        "budget=n:5, budget=n:5, true",
        "budget=n:5.01, budget=n:5, false",
        "budget=m:5, budget=n:5, false",
        "budget=n:5, budget=n:5/1d, true",
        "budget=n:5/1d, budget=n:5, false",
        "budget=n:5/2d, budget=n:5/1d, true",
        "budget=n:5/1h, budget=n:5/1d, false",
        "budget=n:0.2/1h, budget=n:5/1d, true",
        "budget=n:0.21/1h, budget=n:5/1d, false",
        "budget=n:2/25h, budget=n:3/26h, false",
        "budget=n:1.5/25h, budget=n:3/26h, true"
    })
    void isWithin_comparesLimits(String narrow, String wide, boolean expected) {
        var narrower = Capability.parse("tool:a call; " + narrow);
        var wider = Capability.parse("tool:a call; " + wide);

        assertThat(narrower.isWithin(wider)).isEqualTo(expected);
    }

    @Test
    void where_keepsTheNarrowerLimit() {
        var capability = Capability.parse("tool:a call; budget=n:5; depth=3");

        assertThat(capability.where("depth=1; budget=n:7")).hasToString("tool:a call; budget=n:5; depth=1");
        assertThatThrownBy(() -> capability.where("budget=m:1")).isInstanceOf(InvalidCapabilityException.class);
    }

    @Test
    void handedOn_isOneLess_andNothingAtTheEnd() {
        var capability = Capability.parse("tool:a call; depth=1; n<=5");

        var once = capability.handedOn().orElseThrow();

        assertThat(once).hasToString("tool:a call; depth=0; n<=5");
        assertThat(once.handedOn()).isEmpty();
        assertThat(once.isWithin(capability)).isTrue();
        assertThat(ORDERS.handedOn()).contains(ORDERS);
    }

    @Test
    void accessors_giveDepthAndBudget() {
        var capability = Capability.parse("tool:a call; budget=notional:250.5/36h; depth=2");

        assertThat(capability.depth()).hasValue(2);
        assertThat(capability.budget())
                .contains(new Budget("notional", new BigDecimal("250.50"), Duration.ofHours(36)));
        assertThat(capability.attributeKeys()).containsExactly("notional");
        assertThat(Capability.parse("tool:a call").depth()).isEmpty();
        assertThat(Capability.parse("tool:a call").budget()).isEmpty();
    }

    @Test
    void isSteady_isFalse_forWhatTimeOrUseCanChange() {
        assertThat(Capability.parse("tool:a call; depth=2; n<=5").isSteady()).isTrue();
        assertThat(ORDERS.isSteady()).isFalse();
        assertThat(Capability.parse("tool:a call; between=09:00-10:00").isSteady())
                .isFalse();
        assertThat(Capability.parse("tool:a call; approval=required").isSteady())
                .isFalse();
    }

    @Test
    void covers_needsAnAmount_thatTheBudgetCanCount() {
        var action = Action.of("tool:order.place", "call");

        assertThat(ORDERS.covers(action)).isFalse();
        assertThat(ORDERS.covers(action.with("notional", "5"))).isFalse();
        assertThat(ORDERS.covers(action.with("notional", -1))).isFalse();
        assertThat(ORDERS.covers(action.with("notional", new int[] {5}))).isFalse();
        assertThat(ORDERS.covers(action.with("notional", new BigDecimal("1e-5000"))))
                .isFalse();
        assertThat(ORDERS.covers(action.with("notional", 0))).isTrue();
        assertThat(ORDERS.covers(action.with("notional", 5))).isTrue();
        assertThat(ORDERS.miss(action))
                .hasValueSatisfying(miss -> assertThat(miss).contains("budget", "notional"));
    }

    @Test
    void amountOf_roundsUp_whatHasMoreDecimalsThanAreCounted() {
        var budget = ORDERS.budget().orElseThrow();
        var action = Action.of("tool:order.place", "call");

        assertThat(budget.amountOf(action.with("notional", Double.MIN_VALUE)))
                .contains(new BigDecimal("0.000000000000000001"));
        assertThat(budget.amountOf(action.with("notional", new BigDecimal("0.10"))))
                .contains(new BigDecimal("0.1"));
        assertThat(budget.amountOf(action)).isEmpty();
    }

    @Test
    void text_isBounded_howeverMuchItSays() {
        var values = "a".repeat(Capability.MAX_LENGTH);

        assertThatThrownBy(() -> Capability.parse("tool:a call; s=" + values))
                .isInstanceOf(InvalidCapabilityException.class)
                .hasMessageContaining(String.valueOf(Capability.MAX_LENGTH))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
        assertThatThrownBy(() -> Capability.parse("tool:" + "a.".repeat(129) + "a call"))
                .isInstanceOf(InvalidCapabilityException.class);
        assertThatThrownBy(() -> Capability.parse("tool:a call; s=" + "v,".repeat(256) + "w"))
                .isInstanceOf(InvalidCapabilityException.class);
    }

    /** There are no regular expressions in the language, and its wildcards do not nest: nothing takes long to match. */
    @Test
    void patterns_areNoRegularExpressions_andMatchInOnePass() {
        var literal = Capability.parse("tool:(a+)+$ call");
        var stars = Capability.parse("tool:" + "a*.".repeat(127) + "b call");
        var resource = "aaaaaaaa.".repeat(127) + "c";

        assertThat(literal.covers(Action.of("tool:(a+)+$", "call"))).isTrue();
        assertThat(literal.covers(Action.of("tool:aaaa", "call"))).isFalse();
        assertThat(stars.covers(Action.of("tool:" + resource, "call"))).isFalse();
        assertThatThrownBy(() -> Capability.parse("tool:*a* call")).isInstanceOf(InvalidCapabilityException.class);
        assertThatThrownBy(() -> Capability.parse("tool:**.a call")).isInstanceOf(InvalidCapabilityException.class);
    }
}
