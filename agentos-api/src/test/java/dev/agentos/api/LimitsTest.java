package dev.agentos.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsTest {

    static Stream<Arguments> setters() {
        return Stream.of(
                setter(Limit.WALL_TIME, limits -> limits.wallTime(Duration.ofSeconds(7))),
                setter(Limit.TURN_TIME, limits -> limits.turnTime(Duration.ofSeconds(7))),
                setter(Limit.TURNS, limits -> limits.turns(7)),
                setter(Limit.MESSAGES, limits -> limits.messages(7)),
                setter(Limit.TOOL_CALLS, limits -> limits.toolCalls(7)),
                setter(Limit.TOOL_CALLS_PER_TURN, limits -> limits.toolCallsPerTurn(7)),
                setter(Limit.IDENTICAL_CALLS, limits -> limits.identicalCalls(7)),
                setter(Limit.CHILDREN, limits -> limits.children(7)),
                setter(Limit.DEPTH, limits -> limits.depth(7)),
                setter(Limit.TOKENS, limits -> limits.tokens(7)),
                setter(Limit.MONEY, limits -> limits.money(BigDecimal.valueOf(7))));
    }

    private static Arguments setter(Limit limit, UnaryOperator<Limits.Builder> set) {
        return arguments(limit, set);
    }

    @ParameterizedTest
    @MethodSource("setters")
    void setter_boundsItsLimit_andNoOther(Limit limit, UnaryOperator<Limits.Builder> set) {
        Limits limits = set.apply(Limits.builder()).build();

        var others = new EnumMap<>(limits.max());
        others.remove(limit);
        var defaults = new EnumMap<>(Limits.defaults().max());
        defaults.remove(limit);
        assertThat(limits.bound(limit)).isEqualByComparingTo("7");
        assertThat(others).isEqualTo(defaults);
        assertThat(limits.toolCallRate()).isNull();
    }

    @Test
    void setters_areThere_forEveryLimit() {
        var covered = EnumSet.of(Limit.TOOL_CALL_RATE);
        setters().forEach(setter -> covered.add((Limit) setter.get()[0]));

        assertThat(covered).containsExactlyInAnyOrder(Limit.values());
    }

    /** What the documentation of defaults() says. */
    @Test
    void defaults_areWhatIsDocumented() {
        Limits defaults = Limits.defaults();

        assertThat(defaults.max())
                .containsOnlyKeys(
                        Limit.TOOL_CALLS_PER_TURN, Limit.TURN_TIME, Limit.IDENTICAL_CALLS, Limit.CHILDREN, Limit.DEPTH);
        assertThat(defaults.bound(Limit.TOOL_CALLS_PER_TURN)).isEqualByComparingTo("256");
        assertThat(defaults.bound(Limit.TURN_TIME)).isEqualByComparingTo("300");
        assertThat(defaults.bound(Limit.IDENTICAL_CALLS)).isEqualByComparingTo("10");
        assertThat(defaults.bound(Limit.CHILDREN)).isEqualByComparingTo("1000");
        assertThat(defaults.bound(Limit.DEPTH)).isEqualByComparingTo("16");
        assertThat(defaults.toolCallRate()).isNull();
        assertThat(defaults.onExceed()).isEqualTo(Limits.OnExceed.FAIL);
        assertThat(Limits.builder().build()).isEqualTo(defaults);
    }

    @Test
    void limits_areEqual_whenTheirBoundsAre_howeverTheyWereWritten() {
        var written = Limits.builder()
                .turnTime(Duration.ofMinutes(5))
                .money(new BigDecimal("9.50"))
                .build();
        var read = Limits.builder()
                .bound(Limit.TURN_TIME, new BigDecimal("3E+2"))
                .money(new BigDecimal("9.5"))
                .build();

        assertThat(written).isEqualTo(read).hasSameHashCodeAs(read);
        assertThat(Limits.builder().turnTime(Duration.ofMinutes(5)).build()).isEqualTo(Limits.defaults());
    }

    /** A person reads the bound in an exception, an event and the status of an agent. */
    @Test
    void bounds_areWrittenAsPeopleWriteThem() {
        var limits = Limits.builder()
                .tokens(1_000_000)
                .wallTime(Duration.ofMillis(1_500))
                .money(new BigDecimal("1E+3"))
                .build();

        assertThat(limits.bound(Limit.TOKENS)).hasToString("1000000");
        assertThat(limits.bound(Limit.WALL_TIME)).hasToString("1.5");
        assertThat(limits.bound(Limit.MONEY)).hasToString("1000");
    }

    @Property
    void durations_areSeconds_toTheNanosecond(
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seconds,
            @ForAll @IntRange(min = 1, max = 999_999_999) int nanos) {
        var time = Duration.ofSeconds(seconds, nanos);

        var bound = Limits.builder().wallTime(time).build().bound(Limit.WALL_TIME);

        assertThat(bound).isNotNull();
        assertThat(bound.movePointRight(9).toBigIntegerExact())
                .isEqualTo(BigDecimal.valueOf(seconds)
                        .movePointRight(9)
                        .toBigIntegerExact()
                        .add(BigInteger.valueOf(nanos)));
    }

    @ParameterizedTest
    @EnumSource(value = Limit.class, mode = EnumSource.Mode.EXCLUDE, names = "TOOL_CALL_RATE")
    void build_namesTheLimit_whenItsBoundIsNegative(Limit limit) {
        var builder = Limits.builder().bound(limit, new BigDecimal("-0.1"));

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("limit " + limit + " is negative: -0.1");
    }

    @Test
    void bound_mayBeZero_soThatNothingIsAllowed() {
        var limits = Limits.builder().toolCalls(0).children(0).build();

        assertThat(limits.bound(Limit.TOOL_CALLS)).isEqualByComparingTo("0");
        assertThat(limits.bound(Limit.CHILDREN)).isEqualByComparingTo("0");
    }

    @Test
    void times_haveToBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.builder().turnTime(Duration.ofSeconds(-1)))
                .withMessage("limit TURN_TIME is not positive: PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> Limits.builder().wallTime(Duration.ZERO));
    }

    /** It would be taken and never looked at: a rate has a window, which a bound cannot say. */
    @Test
    void rate_isNoBound() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limits(Map.of(Limit.TOOL_CALL_RATE, BigDecimal.ONE), null, Limits.OnExceed.FAIL))
                .withMessageContaining("TOOL_CALL_RATE");
        assertThat(Limits.builder()
                        .toolCallsPer(3, Duration.ofSeconds(1))
                        .build()
                        .toolCallRate())
                .isEqualTo(new Rate(3, Duration.ofSeconds(1)));
    }

    @Test
    void max_isACopy() {
        var max = new HashMap<>(Map.of(Limit.TURNS, BigDecimal.ONE));
        var limits = new Limits(max, null, Limits.OnExceed.FAIL);

        max.put(Limit.TOKENS, BigDecimal.ONE);

        assertThat(limits.max()).containsOnlyKeys(Limit.TURNS).isUnmodifiable();
    }

    @Test
    void builder_mayBuildAgain_andStartsFromWhatItIsGiven() {
        var builder = Limits.unlimited().toBuilder().turns(1);
        Limits first = builder.build();

        Limits second = builder.turns(2).onExceed(Limits.OnExceed.PAUSE_AND_ASK).build();

        assertThat(first.max()).containsExactly(Map.entry(Limit.TURNS, BigDecimal.ONE));
        assertThat(first.onExceed()).isEqualTo(Limits.OnExceed.FAIL);
        assertThat(second.bound(Limit.TURNS)).isEqualByComparingTo("2");
        assertThat(second.toBuilder().build()).isEqualTo(second);
    }

    @Test
    void nothing_isTakenForABound() {
        assertThatNullPointerException().isThrownBy(() -> Limits.builder().money(null));
        assertThatNullPointerException().isThrownBy(() -> Limits.builder().onExceed(null));
        assertThatNullPointerException().isThrownBy(() -> new Limits(Map.of(), null, null));
    }
}
