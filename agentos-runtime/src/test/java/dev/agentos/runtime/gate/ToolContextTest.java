package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.Rule;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a tool is told of its call, and what more it may ask for. */
@Timeout(30)
class ToolContextTest {
    private static final Map<String, ?> TEXT = Map.of("type", "string");
    private static final Action FIRST = Action.of("net:https://example.com/a", "get");
    private static final Action NEXT = Action.of("net:https://example.com/b", "get");

    @Test
    void allowedBy_isTheCapabilityBehindTheAction() {
        FakeTool fetch = fetching(context -> context.allowedBy(FIRST));
        try (var os = new GateFixture(List.of(fetch))) {
            var desk = os.agent("desk", "net:https://other.com/** get", "net:https://example.com/** get,head");

            var result = os.toolbox.of(desk).call("fetch", Map.of());

            assertThat(result.text()).isEqualTo("net:https://example.com/** get,head");
        }
    }

    @Test
    void allowedBy_isTheActionItself_whenTheRootGrantAllowedIt() {
        FakeTool fetch = fetching(context -> context.allowedBy(FIRST));
        try (var os = new GateFixture(List.of(fetch))) {
            var desk = os.agent("desk");
            desk.grants.add(os.authority.mintRoot(desk.principal()));

            var result = os.toolbox.of(desk).call("fetch", Map.of());

            assertThat(result.text()).isEqualTo("net:https://example.com/a get");
        }
    }

    @Test
    void allowedBy_refuses_whenTheToolDidNotDescribeIt() {
        FakeTool fetch = fetching(context -> catchThrowable(() -> context.allowedBy(NEXT)));
        try (var os = new GateFixture(List.of(fetch))) {
            var desk = os.agent("desk", "net:** get");

            var result = os.toolbox.of(desk).call("fetch", Map.of());

            assertThat(result.text()).contains("IllegalArgumentException").contains("did not describe");
        }
    }

    @Test
    void require_allowsAndRecordsOneMoreAction() {
        FakeTool fetch = fetching(context -> context.require(NEXT));
        try (var os = new GateFixture(List.of(fetch))) {
            var desk = os.agent("desk", "net:https://example.com/** get; uses=2");

            var result = os.toolbox.of(desk).call("fetch", Map.of());

            assertThat(result.text()).isEqualTo("net:https://example.com/** get; uses=2");
            assertThat(desk.grants.getFirst().used()).isEqualTo(2);
            assertThat(os.records())
                    .extracting(record -> record.action().resource(), ActionRecord::outcome)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("https://example.com/a", Outcome.DONE),
                            org.assertj.core.groups.Tuple.tuple("https://example.com/b", Outcome.DONE));
        }
    }

    @Test
    void require_denies_andSoDoesTheCall_whenNothingCovers() {
        FakeTool fetch = fetching(context -> context.require(NEXT));
        try (var os = new GateFixture(List.of(fetch))) {
            var desk = os.agent("desk", "net:https://example.com/a get");

            ToolResult result = os.toolbox.of(desk).tryCall("fetch", "{}");

            assertThat(result).isInstanceOfSatisfying(ToolResult.Denied.class, denied -> {
                assertThat(denied.action()).isEqualTo(NEXT);
                assertThat(Capability.parse(denied.missing()).covers(NEXT)).isTrue();
            });
            assertThat(os.records())
                    .extracting(record -> record.action().resource(), ActionRecord::outcome)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("https://example.com/b", Outcome.NOT_STARTED),
                            org.assertj.core.groups.Tuple.tuple("https://example.com/a", Outcome.FAILED));
        }
    }

    @Test
    void require_isDenied_whenTheGrantWasRevokedSinceTheCallBegan() {
        FakeTool fetch = FakeTool.named("fetch").describedAs(call -> List.of(FIRST));
        try (var os = new GateFixture(List.of(fetch))) {
            var desk = os.agent("desk");
            var grant = os.grant(desk, "net:https://example.com/** get");
            fetch.does((call, context) -> {
                os.authority.revoke(grant);
                context.require(NEXT);
                return ToolResult.Ok.of(JsonValue.of("unreachable"));
            });

            ToolResult result = os.toolbox.of(desk).tryCall("fetch", "{}");

            assertThat(result).isInstanceOf(ToolResult.Denied.class);
        }
    }

    @Test
    void require_isDenied_whenARuleWantsSomethingElse() {
        Rule upgrade = (principal, action) ->
                action.equals(NEXT) ? new Decision.Replace(FIRST, "only the first") : Decision.allow();
        FakeTool fetch = fetching(context -> context.require(NEXT));
        try (var os = new GateFixture(List.of(fetch), upgrade)) {
            var desk = os.agent("desk", "net:** get");

            ToolResult result = os.toolbox.of(desk).tryCall("fetch", "{}");

            assertThat(result).isInstanceOf(ToolResult.Denied.class);
            assertThat(result.text()).contains("only the first");
        }
    }

    @Test
    void require_throwsAgentStopped_whenTheCallerWasTerminated() {
        FakeTool fetch = FakeTool.named("fetch").describedAs(call -> List.of(FIRST));
        try (var os = new GateFixture(List.of(fetch))) {
            var desk = os.agent("desk", "net:** get");
            fetch.does((call, context) -> {
                desk.stopped = "terminated";
                context.require(NEXT);
                return ToolResult.Ok.of(JsonValue.of("unreachable"));
            });

            Throwable thrown = catchThrowable(() -> os.toolbox.of(desk).tryCall("fetch", "{}"));

            assertThat(thrown).isInstanceOf(dev.agentos.api.error.AgentStopped.class);
            assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.FAILED);
        }
    }

    @Test
    void sandboxPolicy_carriesTheCallersGrants() {
        FakeTool fetch = fetching(context -> context.sandboxPolicy().grants().size() + " of " + context.principal());
        try (var os = new GateFixture(List.of(fetch))) {
            var desk = os.agent("desk", "net:** get", "file:/data/** read");

            var result = os.toolbox.of(desk).call("fetch", Map.of());

            assertThat(result.text()).isEqualTo("2 of agent:desk#1");
        }
    }

    @Test
    void invoke_runsOnAVirtualThreadOfItsOwn() {
        FakeTool fetch = fetching(context -> Thread.currentThread().isVirtual() + " "
                + Thread.currentThread().getName());
        try (var os = new GateFixture(List.of(fetch))) {
            var desk = os.agent("desk", "net:** get");

            var result = os.toolbox.of(desk).call("fetch", Map.of());

            assertThat(result.text()).isEqualTo("true tool fetch");
        }
    }

    private static FakeTool fetching(Function<ToolContext, Object> what) {
        return FakeTool.taking("fetch", Map.of("url", TEXT))
                .describedAs(call -> List.of(FIRST))
                .does((call, context) -> ToolResult.Ok.of(JsonValue.of(String.valueOf(what.apply(context)))));
    }
}
