package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.Rate;
import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.security.Constraint.Comparison;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilityTest {
    private static final Action ORDER = Action.of("tool:order.place", "call");

    @ParameterizedTest
    @CsvSource({
        "file:/data/**, /data, true",
        "file:/data/**, /data/x, true",
        "file:/data/**, /data/x/y, true",
        "file:/data/**, /data2, false",
        "file:/data/**, /dat, false",
        "file:/data/**, /, false",
        "file:/data/**, /etc/data/x, false",
        "file:/data/*, /data/x, true",
        "file:/data/*, /data, false",
        "file:/data/*, /data/x/y, false",
        "file:/data/day-*, /data/day-1, true",
        "file:/data/day-*, /data/day-, true",
        "file:/data/day-*, /data/day, false",
        "file:/data/day-*, /data/day-1/x, false",
        "file:/data/day-*/**, /data/day-1/x, true",
        "file:/*/x, /data/x, true",
        "file:/*/x, /data/y, false",
        "file:/*/x, /x, false",
        "file:/data/x, /data/x, true",
        "file:/data/x, /data/X, false",
        "file:/data/x, /data/x/y, false",
        "file:/**, /, true",
        "file:/**, /etc/passwd, true",
        "file:/*, /, false",
        "file:/, /, true",
        "file:/, /x, false"
    })
    void covers_goesBySegments_forFiles(String pattern, String path, boolean expected) {
        Capability capability = Capability.of(pattern, "read");

        boolean covered = capability.covers(Action.of("file:" + path, "read"));

        assertThat(covered).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "tool:order.*, tool:order.place, true",
        "tool:order.*, tool:order, false",
        "tool:order.*, tool:order.place.now, false",
        "tool:order.**, tool:order, true",
        "tool:order.**, tool:order.place.now, true",
        "tool:order.**, tool:orders, false",
        "tool:or*, tool:order, true",
        "tool:or*, tool:order.place, false",
        "tool:**, tool:order.place, true",
        "event:trade.*, event:trade.fill, true",
        "topic:ticks.*.eur, topic:ticks.btc.eur, true",
        "topic:ticks.*.eur, topic:ticks.btc.usd, false",
        "model:default, model:default, true",
        "model:open/*, model:open/x, true",
        "model:open/*, model:open/x.1, false",
        "agent:desk/*, agent:desk/strategy-1, true",
        "agent:desk/*, agent:desk.x, false",
        "agent:*, agent:desk/x, false",
        "agent:**, agent:desk/x, true",
        "memory:shared/**, memory:shared/market/eu, true",
        "memory:shared/**, event:shared/market, false",
        "secret:desk/*, secret:desk/api-key, true"
    })
    void covers_goesByTheSeparatorOfTheType(String pattern, String resource, boolean expected) {
        Capability capability = Capability.of(pattern, "use");

        boolean covered = capability.covers(Action.of(resource, "use"));

        assertThat(covered).isEqualTo(expected);
    }

    @Test
    void covers_isFalse_whenTheVerbIsNotPermitted() {
        var capability = Capability.parse("file:/data/** list,read");

        assertThat(capability.covers(Action.of("file:/data/x", "read"))).isTrue();
        assertThat(capability.covers(Action.of("file:/data/x", "write"))).isFalse();
        assertThat(capability.covers(Action.of("file:/data/x", "rea"))).isFalse();
    }

    @Test
    void covers_comparesNumbersByValue_andStringsByText() {
        var one = Capability.parse("tool:order.place call; n=1.0");

        assertThat(one.covers(ORDER.with("n", 1))).isTrue();
        assertThat(one.covers(ORDER.with("n", new BigDecimal("1.000")))).isTrue();
        assertThat(one.covers(ORDER.with("n", "1.0"))).isTrue();
        assertThat(one.covers(ORDER.with("n", "1"))).isFalse();
        assertThat(one.covers(ORDER.with("n", 1.01))).isFalse();
    }

    @Test
    void covers_comparesBooleansByName() {
        var dry = Capability.parse("tool:order.place call; dryRun=true");

        assertThat(dry.covers(ORDER.with("dryRun", true))).isTrue();
        assertThat(dry.covers(ORDER.with("dryRun", false))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "n<=10, 10, true", "n<=10, 10.0, true", "n<=10, 10.0000001, false", "n<=10, -1e30, true", "n<=10, 1e30, false",
        "n>=10, 10, true", "n>=10, 9.9999, false", "n>=-5, -5, true", "n>=-5, -5.1, false", "n<=1e2, 100, true"
    })
    void covers_keepsBounds_whenTheAttributeIsANumber(String constraint, BigDecimal actual, boolean expected) {
        var capability = Capability.parse("tool:order.place call; " + constraint);

        boolean covered = capability.covers(ORDER.with("n", actual));

        assertThat(covered).isEqualTo(expected);
    }

    @Test
    void covers_isFalse_whenABoundMeetsSomethingElseThanANumber() {
        var bound = Capability.parse("tool:order.place call; n<=10");

        assertThat(bound.covers(ORDER)).isFalse();
        for (@Nullable Object other : Arrays.asList("5", "10", true, null, List.of(), List.of("5"), Map.of("n", 5))) {
            assertThat(bound.covers(ORDER.with("n", other))).as("%s", other).isFalse();
        }
    }

    @Test
    void covers_wantsEveryElement_whenTheAttributeIsAnArray() {
        var symbols = Capability.parse("tool:order.place call; symbol=AAPL,MSFT");

        assertThat(symbols.covers(ORDER.with("symbol", List.of("AAPL", "MSFT", "AAPL"))))
                .isTrue();
        assertThat(symbols.covers(ORDER.with("symbol", List.of("AAPL", "TSLA"))))
                .isFalse();
        assertThat(symbols.covers(ORDER.with("symbol", List.of()))).isFalse();
        assertThat(symbols.covers(ORDER.with("symbol", List.of(List.of("AAPL")))))
                .isFalse();
        assertThat(symbols.covers(ORDER.with("symbol", Arrays.asList("AAPL", null))))
                .isFalse();
        assertThat(Capability.parse("tool:order.place call; n<=3").covers(ORDER.with("n", List.of(1, 2, 3))))
                .isTrue();
        assertThat(Capability.parse("tool:order.place call; n<=3").covers(ORDER.with("n", List.of(1, 4))))
                .isFalse();
    }

    @Test
    void covers_isFalse_whenAnAttributeIsAbsentNullOrAnObject() {
        var symbol = Capability.parse("tool:order.place call; symbol=null,AAPL");

        assertThat(symbol.covers(ORDER)).isFalse();
        assertThat(symbol.covers(ORDER.with("symbol", null))).isFalse();
        assertThat(symbol.covers(ORDER.with("symbol", Map.of("AAPL", "AAPL")))).isFalse();
        assertThat(symbol.covers(ORDER.with("Symbol", "AAPL"))).isFalse();
    }

    @Test
    void covers_wantsAllKeys_whenThereAreSeveral() {
        var range = Capability.parse("tool:order.place call; n<=10; n>=5; symbol=AAPL");

        assertThat(range.covers(ORDER.with("n", 7).with("symbol", "AAPL"))).isTrue();
        assertThat(range.covers(ORDER.with("n", 4).with("symbol", "AAPL"))).isFalse();
        assertThat(range.covers(ORDER.with("n", 11).with("symbol", "AAPL"))).isFalse();
        assertThat(range.covers(ORDER.with("n", 7).with("symbol", "MSFT"))).isFalse();
    }

    @Test
    void covers_tellsAProgramsNameFromItsPath() {
        var byName = Capability.parse("tool:shell.execute call; argv0=git,ls");
        var byPath = Capability.parse("tool:shell.execute call; argv0=/usr/bin/git");
        var git = Action.of("tool:shell.execute", "call")
                .with("argv0", "/usr/bin/git")
                .with("program", "git");
        var planted = Action.of("tool:shell.execute", "call").with("argv0", "/tmp/git");

        assertThat(byName.covers(git)).isTrue();
        assertThat(byPath.covers(git)).isTrue();
        assertThat(byName.covers(planted)).isFalse();
        assertThat(byPath.covers(planted)).isFalse();
        assertThat(byName.covers(planted.with("argv0", "git"))).isFalse();
        assertThat(byName.covers(git.with("program", List.of("git")))).isFalse();
    }

    @Test
    void covers_ignoresWhatTheGrantCounts() {
        var capability = Capability.parse(
                "tool:order.place call; approval=required; expires=2000-01-01T00:00:00Z; maxBytes=1B; rate=1/1d;"
                        + " uses=1");

        assertThat(capability.covers(ORDER)).isTrue();
        assertThat(capability.attributeKeys()).isEmpty();
    }

    @Test
    void miss_isEmpty_exactlyWhenCovered() {
        var capability = Capability.parse("tool:order.* call; notional<=10000");

        assertThat(capability.miss(ORDER.with("notional", 1))).isEmpty();
        assertThat(capability.miss(ORDER.with("notional", 12000)))
                .hasValue("it needs notional<=10000, and notional is 12000");
        assertThat(capability.miss(ORDER)).hasValue("it needs notional<=10000, and the action has no notional");
        assertThat(capability.miss(Action.of("tool:order.place", "describe")))
                .hasValue("it permits call, not describe");
        assertThat(capability.miss(Action.of("tool:shell.execute", "call")))
                .hasValue("it is for tool:order.*, not for tool:shell.execute");
        assertThat(capability.miss(Action.of("file:/order", "call")))
                .hasValue("it is for tool:order.*, not for file:/order");
    }

    @Test
    void miss_staysShortAndPrintable_whenTheValueIsHostile() {
        var capability = Capability.parse("tool:order.place call; symbol=AAPL");

        String reason =
                capability.miss(ORDER.with("symbol", "\n\u202E".repeat(10_000))).orElseThrow();

        assertThat(reason).hasSizeLessThan(200).matches("[ -~…]*");
    }

    @Test
    void accessors_giveTypedValues() {
        var capability =
                Capability.parse("agent:desk/** send,spawn; approval=required; expires=2026-01-01T00:00:00Z; max=3;"
                        + " maxBytes=2KiB; note=x; rate=100/1m; uses=5");

        assertThat(capability.type()).isEqualTo("agent");
        assertThat(capability.resource()).isEqualTo("agent:desk/**");
        assertThat(capability.verbs()).containsExactly("send", "spawn");
        assertThat(capability.uses()).hasValue(5);
        assertThat(capability.max()).hasValue(3);
        assertThat(capability.maxBytes()).hasValue(2048);
        assertThat(capability.rate()).hasValue(new Rate(100, Duration.ofMinutes(1)));
        assertThat(capability.expires()).hasValue(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(capability.approvalRequired()).isTrue();
        assertThat(capability.attributeKeys()).containsExactly("note");
        assertThat(capability.constraints())
                .extracting(Constraint::key)
                .containsExactly("approval", "expires", "max", "maxBytes", "note", "rate", "uses");
        assertThat(capability.constraints().get(4)).isEqualTo(new Constraint("note", Comparison.EQUAL, List.of("x")));
    }

    @Test
    void accessors_areEmpty_whenNothingIsSaid() {
        var capability = Capability.parse("tool:a call");

        assertThat(capability.uses()).isEmpty();
        assertThat(capability.max()).isEmpty();
        assertThat(capability.maxBytes()).isEmpty();
        assertThat(capability.rate()).isEmpty();
        assertThat(capability.expires()).isEmpty();
        assertThat(capability.approvalRequired()).isFalse();
        assertThat(capability.isOpenAt(Instant.EPOCH)).isTrue();
        assertThat(capability.constraints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "file:/data/a%20b/**, /data/a b, false, true",
        "file:/data/x, /data/x, true, false",
        "file:/data/*, /data, false, false",
        "file:/data/*/x/**, /data, false, false",
        "file:/**, /, false, true",
        "file:/*, /, false, false",
        "tool:order.place, order.place, true, false",
        "agent:desk/**, desk, false, true",
        "net:https://h.example/v1/**, https://h.example/v1, false, true",
        "net:https://h.example/v1, https://h.example/v1, true, false",
        "net:https://*.example/v1/**, '', false, false",
        "net:h.example:22, h.example:22, true, false",
        "net:**, '', false, true"
    })
    void base_isTheLiteralBeginning(String pattern, String base, boolean exact, boolean tree) {
        Capability capability = Capability.of(pattern, "use");

        assertThat(capability.base()).isEqualTo(base);
        assertThat(capability.isExact()).isEqualTo(exact);
        assertThat(capability.isTree()).isEqualTo(tree);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                          | n<=10                     | n<=10",
                "; n<=20                     | n<=10                     | n<=10",
                "; n<=10                     | n<=20                     | n<=10",
                "; n>=10                     | n>=20                     | n>=20",
                "; n<=20                     | n>=10                     | n<=20; n>=10",
                "; s=A,B,C                   | s=B,C,D                   | s=B,C",
                "; s=A,B                     | s=A                       | s=A",
                "; s=A                       | s=A,B                     | s=A",
                "; uses=5                    | uses=9                    | uses=5",
                "; uses=5                    | uses=1; s=A               | s=A; uses=1",
                "; maxBytes=1MB              | maxBytes=1kB              | maxBytes=1kB",
                "; rate=100/1m               | rate=1/1s                 | rate=1/1s",
                "; approval=required         | approval=required         | approval=required",
                "; between=09:00-17:00       | between=10:00-12:00       | between=10:00-12:00",
                "; expires=2026-01-01T00:00:00Z | expires=2027-01-01T00:00:00Z | expires=2026-01-01T00:00:00Z"
            })
    void where_narrows(String present, String added, String expected) {
        var capability = Capability.parse("tool:order.place call" + present);

        Capability narrowed = capability.where(added);

        assertThat(narrowed).hasToString("tool:order.place call; " + expected);
        assertThat(narrowed.isWithin(capability)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "; s=A,B                | s=C",
                "; rate=100/1m          | rate=10/1s",
                "; between=09:00-12:00  | between=11:00-14:00",
                "''                     | s",
                "''                     | ''",
                "''                     | s=A; s=A",
                "''                     | s=A;",
                "''                     | max=3",
                "''                     | uses=0"
            })
    void where_refuses_whenNothingIsLeftOrItIsNotUnderstood(String present, String added) {
        var capability = Capability.parse("tool:order.place call" + present);

        assertThatThrownBy(() -> capability.where(added)).isInstanceOf(InvalidCapabilityException.class);
    }

    @Test
    void covering_coversTheActionAndNoOther() {
        var action = Action.of("file:/data/a*b; c", "read").with("size", 3);

        Capability capability = Capability.covering(action);

        assertThat(capability).hasToString("file:/data/a%2Ab%3B%20c read").hasToString(action.grantText());
        assertThat(capability.covers(action)).isTrue();
        assertThat(capability.covers(Action.of("file:/data/aXb; c", "read"))).isFalse();
    }

    @Test
    void covering_fits_whenTypeResourceAndVerbAreTheLongest() {
        String name = "x".repeat(Names.MAX_LENGTH);
        var action = Action.of(name + ":" + "x".repeat(ResourceSyntax.MAX_LENGTH), name);

        Capability capability = Capability.covering(action);

        assertThat(capability.toString()).hasSize(Capability.MAX_LENGTH);
        assertThat(capability.covers(action)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool:order.place call",
                "tool:order.place call; expires=2025-12-31T23:59:59Z",
                "tool:order.place call; expires=2026-06-01T00:00:00Z; symbol=AAPL; uses=3"
            })
    void until_isTheConstraintInText(String text) {
        var capability = Capability.parse(text);

        var ending = capability.until(Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(ending).isEqualTo(capability.where("expires=2026-01-01T00:00:00Z"));
        assertThat(ending.isWithin(capability)).isTrue();
    }
}
