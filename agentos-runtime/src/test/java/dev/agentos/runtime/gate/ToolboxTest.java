package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.InvalidArgumentsException;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls as their caller sees them; {@link ToolDeadlineTest} has those that do not come back. */
@Timeout(30)
class ToolboxTest {
    private static final Map<String, ?> TEXT = Map.of("type", "string");
    private static final Map<String, ?> NUMBER = Map.of("type", "number");

    private final FakeTool order = FakeTool.taking("order.place", Map.of("symbol", TEXT, "quantity", NUMBER));

    private record Order(String symbol, int quantity) {}

    private record Leg(String symbol) {}

    @Test
    void call_returnsWhatTheToolReturns_andRecordsTheArguments() {
        try (var os = new GateFixture(List.of(order))) {
            var desk = os.agent("desk", "tool:order.place call");

            ToolResult.Ok result = os.toolbox.of(desk).call("order.place", Map.of("symbol", "AAPL", "quantity", 7));

            assertThat(result.text()).isEqualTo("done");
            assertThat(os.records()).singleElement().satisfies(record -> {
                assertThat(record.action().toString()).isEqualTo("tool:order.place call; quantity=7; symbol=AAPL");
                assertThat(record.outcome()).isEqualTo(Outcome.DONE);
                assertThat(record.decision()).isEqualTo(Decision.allow());
                assertThat(record.detail()).isEmpty();
            });
            assertThat(desk.waits).hasValue(1);
        }
    }

    @Test
    void call_takesRecords_alsoWithinMaps() {
        var any = FakeTool.named("any");
        try (var os = new GateFixture(List.of(order, any))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:** call"));

            tools.call("order.place", new Order("MSFT", 2));
            tools.call("any", Map.of("legs", List.of(new Leg("AAPL"))));

            assertThat(order.calls)
                    .containsExactly(JsonValue.of(Map.of("symbol", "MSFT", "quantity", 2))
                            .asObject());
            assertThat(any.calls.getFirst().at("legs", "0", "symbol").text()).isEqualTo("AAPL");
        }
    }

    @Test
    void call_recordsHowItWasConfined() {
        var confinement = new Confinement(SandboxLevel.NONE, List.of("TREE_KILL"));
        order.does((call, context) -> new ToolResult.Ok("x", JsonValue.of("x"), confinement));
        try (var os = new GateFixture(List.of(order))) {
            var desk = os.agent("desk", "tool:order.place call");

            os.toolbox.of(desk).call("order.place", Map.of());

            assertThat(os.lastRecord().detail()).isEqualTo("NONE DEGRADED(TREE_KILL)");
        }
    }

    @Test
    void call_runsNothing_whenTheArgumentsDoNotMatchTheSchema() {
        try (var os = new GateFixture(List.of(order))) {
            var desk = os.agent("desk", "tool:order.place call");

            var invalid = catchThrowableOfType(
                    InvalidArgumentsException.class,
                    () -> os.toolbox.of(desk).call("order.place", Map.of("symbol", 5, "color", "red")));

            assertThat(invalid.violations()).hasSize(2).anyMatch(line -> line.contains("/symbol"));
            assertThat(order.calls).isEmpty();
            assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.NOT_STARTED);
            assertThat(os.lastRecord().action().toString()).isEqualTo("tool:order.place call");
            assertThat(desk.account().used(List.of())).containsEntry(Limit.TOOL_CALLS, BigDecimal.ONE);
        }
    }

    @Test
    void call_isDenied_whenAnArgumentIsOutsideTheGrant() {
        try (var os = new GateFixture(List.of(order))) {
            var desk = os.agent("desk", "tool:order.place call; quantity<=10");
            var tools = os.toolbox.of(desk);
            tools.call("order.place", Map.of("symbol", "AAPL", "quantity", 10));

            var denied = catchThrowableOfType(
                    DeniedException.class, () -> tools.call("order.place", Map.of("symbol", "AAPL", "quantity", 11)));

            assertThat(order.calls).hasSize(1);
            assertThat(denied.action().text("quantity")).isEqualTo("11");
            assertThat(Capability.parse(denied.missing()).covers(denied.action()))
                    .isTrue();
            assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.NOT_STARTED);
            assertThat(os.facts(SystemEvent.Denied.class)).hasSize(1);
        }
    }

    @Test
    void call_needsEveryActionThatTheToolDescribes() {
        var copy = FakeTool.named("copy")
                .describedAs(call -> List.of(Action.of("file:/a", "read"), Action.of("file:/b", "write")));
        try (var os = new GateFixture(List.of(copy))) {
            var reader = os.agent("reader", "file:/a read", "tool:copy call");
            var both = os.agent("both", "file:/a read", "file:/b write");

            var denied = catchThrowableOfType(
                    DeniedException.class, () -> os.toolbox.of(reader).call("copy", Map.of()));
            os.toolbox.of(both).call("copy", Map.of());

            assertThat(denied.action()).isEqualTo(Action.of("file:/b", "write"));
            assertThat(copy.calls).hasSize(1);
            assertThat(os.records())
                    .extracting(record -> record.action().toString())
                    .containsExactly("file:/b write; tool=copy", "file:/a read; tool=copy", "file:/b write");
        }
    }

    @Test
    void call_isDenied_whenTheToolCannotSayWhatItDoes() {
        var silent = FakeTool.named("silent").describedAs(call -> List.of());
        var broken = FakeTool.named("broken").describedAs(call -> {
            throw new IllegalStateException("no idea");
        });
        var picky = FakeTool.named("picky").describedAs(call -> {
            throw new IllegalArgumentException("/path: not absolute");
        });
        try (var os = new GateFixture(List.of(silent, broken, picky))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:** call"));

            assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> tools.call("silent", Map.of()));
            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> tools.call("broken", Map.of()))
                    .withMessageContaining("no idea");
            assertThatExceptionOfType(InvalidArgumentsException.class)
                    .isThrownBy(() -> tools.call("picky", Map.of()))
                    .withMessageContaining("not absolute");
            assertThat(os.records()).hasSize(3).allMatch(record -> record.outcome() == Outcome.NOT_STARTED);
            assertThat(silent.calls).isEmpty();
        }
    }

    @Test
    void call_namesTheToolsThereAre_whenItIsUnknown() {
        try (var os = new GateFixture(List.of(order, FakeTool.named("secret.tool")))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:order.* call"));

            assertThatExceptionOfType(ToolException.class)
                    .isThrownBy(() -> tools.call("order.palce", Map.of()))
                    .satisfies(failure -> {
                        assertThat(failure.code()).isEqualTo(ErrorCode.TOOL_UNKNOWN);
                        assertThat(failure).hasMessageContaining("[order.place]");
                    });
            assertThat(os.lastRecord().action()).isEqualTo(Action.of("tool:order.palce", "call"));
        }
    }

    @Test
    void tryCall_survivesAnyName() {
        try (var os = new GateFixture(List.of())) {
            var tools = os.toolbox.of(os.agent("desk"));

            for (String name : List.of("", " ", "a b", "../x", "\u0000", "*", "x".repeat(5_000))) {
                assertThat(tools.tryCall(name, "{}"))
                        .isInstanceOfSatisfying(
                                ToolResult.Failed.class,
                                failed -> assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_UNKNOWN));
            }
            assertThat(os.records())
                    .hasSize(7)
                    .allMatch(record -> record.action().toString().length() < 2_000);
        }
    }

    @Test
    void call_throwsWithTheCause_whenTheToolThrows() {
        order.does((call, context) -> {
            throw new IOException("disk full");
        });
        try (var os = new GateFixture(List.of(order))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:** call"));

            assertThatExceptionOfType(ToolException.class)
                    .isThrownBy(() -> tools.call("order.place", Map.of()))
                    .satisfies(failure -> {
                        assertThat(failure.code()).isEqualTo(ErrorCode.TOOL_FAILED);
                        assertThat(failure).hasMessageContaining("disk full").hasCauseInstanceOf(IOException.class);
                    });
            assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.FAILED);
            assertThat(os.lastRecord().detail()).contains("disk full");
        }
    }

    @Test
    void call_fails_whenTheToolEndsByAnError() {
        order.does((call, context) -> {
            throw new StackOverflowError();
        });
        try (var os = new GateFixture(List.of(order))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:** call"));

            assertThatExceptionOfType(ToolException.class)
                    .isThrownBy(() -> tools.call("order.place", Map.of()))
                    .withCauseInstanceOf(StackOverflowError.class);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a careless tool does
    void call_fails_whenTheToolReturnsNothing() {
        order.does((call, context) -> null);
        try (var os = new GateFixture(List.of(order))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:** call"));

            assertThatExceptionOfType(ToolException.class)
                    .isThrownBy(() -> tools.call("order.place", Map.of()))
                    .withMessageContaining("nothing");
        }
    }

    @Test
    void tryCall_givesEveryProblemBackAsAValue() {
        var broken = FakeTool.named("broken").does((call, context) -> {
            throw new IOException("disk full");
        });
        var forbidden = FakeTool.named("forbidden");
        try (var os = new GateFixture(List.of(order, broken, forbidden))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:order.place call", "tool:broken call"));

            assertThat(tools.tryCall("order.place", "{\"symbol\":\"AAPL\"}")).isInstanceOf(ToolResult.Ok.class);
            assertThat(tools.tryCall("order.place", "")).isInstanceOf(ToolResult.Ok.class);
            assertThat(tools.tryCall("order.place", "{\"symbol\":"))
                    .isInstanceOfSatisfying(
                            ToolResult.Failed.class,
                            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.ARGUMENTS_INVALID));
            assertThat(tools.tryCall("order.place", "[1]"))
                    .isInstanceOfSatisfying(
                            ToolResult.Failed.class,
                            failed -> assertThat(failed.text()).contains("object"));
            assertThat(tools.tryCall("order.place", "{\"symbol\":1}"))
                    .isInstanceOfSatisfying(
                            ToolResult.Failed.class,
                            failed -> assertThat(failed.text()).contains("/symbol"));
            assertThat(tools.tryCall("broken", "{}"))
                    .isInstanceOfSatisfying(
                            ToolResult.Failed.class,
                            failed -> assertThat(failed.text()).contains("disk full"));
            assertThat(tools.tryCall("forbidden", "{}"))
                    .isInstanceOfSatisfying(
                            ToolResult.Denied.class,
                            denied -> assertThat(denied.missing()).isEqualTo("tool:forbidden call"));
        }
    }

    @Test
    void tryCall_throwsOnlyAgentStopped() {
        try (var os = new GateFixture(List.of(order))) {
            var desk = os.agent("desk", "tool:** call");
            desk.stopped = "terminated";

            assertThatExceptionOfType(AgentStopped.class)
                    .isThrownBy(() -> os.toolbox.of(desk).tryCall("order.place", "{}"));
            assertThat(order.calls).isEmpty();
        }
    }

    @Test
    void call_throwsAgentStopped_andKeepsTheOutcome_whenStoppedMeanwhile() {
        try (var os = new GateFixture(List.of(order))) {
            var desk = os.agent("desk", "tool:** call");
            order.does((call, context) -> {
                desk.stopped = "terminated";
                return ToolResult.Ok.of(JsonValue.of("placed"));
            });

            assertThatExceptionOfType(AgentStopped.class)
                    .isThrownBy(() -> os.toolbox.of(desk).call("order.place", Map.of()));
            assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void call_isRefused_whenItWouldBeTheSameOnceTooOften() {
        try (var os = new GateFixture(List.of(order))) {
            var desk = os.agent("desk", Limits.builder().identicalCalls(3).build(), "tool:** call");
            var tools = os.toolbox.of(desk);
            for (int i = 0; i < 3; i++) {
                tools.call("order.place", Map.of("quantity", 1));
            }

            assertThatExceptionOfType(LimitExceededException.class)
                    .isThrownBy(() -> tools.call("order.place", Map.of("quantity", 1)))
                    .satisfies(met -> assertThat(met.limit()).isEqualTo(Limit.IDENTICAL_CALLS));
            assertThat(tools.tryCall("order.place", "{\"quantity\":1.0}"))
                    .isInstanceOfSatisfying(
                            ToolResult.Failed.class,
                            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));

            tools.call("order.place", Map.of("quantity", 2));
            tools.call("order.place", Map.of("quantity", 1));
            assertThat(order.calls).hasSize(5);
        }
    }

    @Test
    void call_isRefused_whenTheTurnHasMadeTooMany() {
        try (var os = new GateFixture(List.of(order))) {
            var desk = os.agent("desk", Limits.builder().toolCallsPerTurn(2).build(), "tool:** call");
            var tools = os.toolbox.of(desk);
            tools.call("order.place", Map.of("quantity", 1));
            tools.call("order.place", Map.of("quantity", 2));
            assertThatExceptionOfType(LimitExceededException.class)
                    .isThrownBy(() -> tools.call("order.place", Map.of("quantity", 3)));

            desk.account().newTurn();
            tools.call("order.place", Map.of("quantity", 4));

            assertThat(desk.account().used(List.of())).containsEntry(Limit.TOOL_CALLS, BigDecimal.valueOf(3));
            assertThat(os.facts(SystemEvent.LimitReached.class)).hasSize(1);
        }
    }

    @Test
    void call_isDenied_whenItCarriesMoreBytesThanTheGrantHas() {
        var write = FakeTool.taking("write", Map.of("text", TEXT))
                .does((call, context) -> ToolResult.Ok.of(JsonValue.of("ok")));
        try (var os = new GateFixture(List.of(write))) {
            var desk = os.agent("desk", "tool:write call; maxBytes=100B");
            var tools = os.toolbox.of(desk);
            tools.call("write", Map.of("text", "x".repeat(50)));

            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> tools.call("write", Map.of("text", "x".repeat(50))))
                    .withMessageContaining("bytes");
            assertThat(write.calls).hasSize(1);
        }
    }

    @Test
    void call_withholdsTheResult_whenItIsMoreBytesThanTheGrantHas() {
        var read = FakeTool.named("read").does((call, context) -> ToolResult.Ok.of(JsonValue.of("x".repeat(200))));
        try (var os = new GateFixture(List.of(read))) {
            var desk = os.agent("desk", "tool:read call; maxBytes=100B");

            ToolResult result = os.toolbox.of(desk).tryCall("read", "{}");

            assertThat(result).isInstanceOf(ToolResult.Denied.class);
            assertThat(result.text()).contains("withheld").doesNotContain("xxx");
        }
    }

    @Test
    void available_listsWhatSomeArgumentsMayCall() {
        var file = new Tool() {
            private final Tool like = FakeTool.named("file.read");

            @Override
            public ToolSpec spec() {
                return like.spec();
            }

            @Override
            public boolean isCallableWith(Capability capability) {
                return capability.type().equals("file") && capability.verbs().contains("read");
            }

            @Override
            public ToolResult invoke(dev.agentos.api.tool.ToolCall call, dev.agentos.api.tool.ToolContext context) {
                throw new UnsupportedOperationException("listed only");
            }
        };
        try (var os = new GateFixture(List.of(order, FakeTool.named("weather.get"), file))) {
            var desk = os.agent("desk", "tool:order.place call; quantity<=10", "file:/data/** read");
            var asking = os.agent("asking", "tool:weather.get call; approval=required");
            var late = os.agent("late", "tool:weather.get call; expires=2020-01-01T00:00:00Z");

            assertThat(os.toolbox.of(desk).available())
                    .extracting(ToolSpec::name)
                    .containsExactly("order.place", "file.read");
            assertThat(os.toolbox.of(asking).available())
                    .as("somebody may approve it")
                    .extracting(ToolSpec::name)
                    .containsExactly("weather.get");
            assertThat(os.toolbox.of(late).available()).isEmpty();
        }
    }

    @Test
    void available_forgetsATool_whenItsGrantIsRevokedOrUsedUp() {
        try (var os = new GateFixture(List.of(order))) {
            var desk = os.agent("desk");
            var once = os.grant(desk, "tool:order.place call; uses=1");
            var tools = os.toolbox.of(desk);
            assertThat(tools.available()).hasSize(1);
            tools.call("order.place", Map.of());
            assertThat(tools.available()).isEmpty();

            var other = os.grant(desk, "tool:order.place call");
            assertThat(tools.available()).hasSize(1);
            os.authority.revoke(other);

            assertThat(tools.available()).isEmpty();
            assertThat(once.used()).isEqualTo(1);
        }
    }

    @Test
    void constructor_namesBoth_whenTwoToolsHaveOneName() {
        var second = FakeTool.taking("order.place", Map.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GateFixture(List.of(order, second)))
                .withMessageContaining("order.place")
                .withMessageContaining(FakeTool.class.getName());
    }

    @Test
    void constructor_namesTheTool_whenItsSchemaIsNone() {
        var odd = FakeTool.of("odd", JsonObject.builder().put("type", "banana").build(), Duration.ofMinutes(1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GateFixture(List.of(odd)))
                .withMessageContaining("odd");
    }

    @Test
    void checkGrant_refusesAPredicateOnWhatTheToolDoesNotDeclare() {
        try (var os = new GateFixture(List.of(order))) {
            os.toolbox.checkGrant(os.authority, Capability.parse("tool:order.place call; quantity<=10"));
            os.toolbox.checkGrant(os.authority, Capability.parse("tool:order.* call; notional<=10"));
            os.toolbox.checkGrant(os.authority, Capability.parse("tool:later call; notional<=10"));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> os.toolbox.checkGrant(
                            os.authority, Capability.parse("tool:order.place call; notional<=10")))
                    .withMessageContaining("notional")
                    .withMessageContaining("quantity");
        }
    }

    @Test
    void close_closesTheTools() {
        var os = new GateFixture(List.of(order));

        os.close();

        assertThat(order.closed).isTrue();
    }

    @Test
    void idempotencyKey_isOfOneCall() {
        var keys = new ArrayList<String>();
        order.does((call, context) -> {
            keys.add(context.idempotencyKey());
            keys.add(context.idempotencyKey());
            return ToolResult.Ok.of(JsonValue.of("ok"));
        });
        try (var os = new GateFixture(List.of(order))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:** call"));

            tools.call("order.place", Map.of());
            tools.call("order.place", Map.of());

            assertThat(keys.get(0)).isEqualTo(keys.get(1)).isNotEqualTo(keys.get(2));
            assertThat(keys.get(2)).isEqualTo(keys.get(3));
        }
    }
}
