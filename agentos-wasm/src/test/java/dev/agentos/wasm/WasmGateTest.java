package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.LeakCheck;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a module does beyond computing crosses the gate, and what stops its agent stops it. */
class WasmGateTest {
    @ParameterizedTest
    @ValueSource(strings = {"clock", "random", "log"})
    void service_isNamedByTheCall_andDeniedWithoutItsRight(String service) {
        try (AgentOS os = Guests.os(Guests.tool(service))) {
            ToolResult result = callAs(os, service, "tool:" + service + " call");

            assertThat(result)
                    .isInstanceOfSatisfying(
                            ToolResult.Denied.class,
                            denied -> assertThat(denied.missing())
                                    .isEqualTo("wasm:" + service + "/" + service + " import"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wasm:clock/clock import", "wasm:clock/** import", "wasm:*/clock import"})
    void service_isLinked_whenItsRightIsThere(String right) {
        try (AgentOS os = Guests.os(Guests.tool("clock"))) {
            ToolResult result = callAs(os, "clock", "tool:clock call", right);

            assertThat(result).isInstanceOf(ToolResult.Ok.class);
        }
    }

    @Test
    void module_withoutImports_needsTheRightToTheToolAlone() {
        try (AgentOS os = Guests.os(Guests.tool("echo"))) {
            assertThat(callAs(os, "echo", "tool:echo call")).isInstanceOf(ToolResult.Ok.class);
            assertThat(callAs(os, "echo", "tool:other call")).isInstanceOf(ToolResult.Denied.class);
        }
    }

    @Test
    void hostFunction_isPerformedAndRecorded_whenItsActionIsAllowed() {
        var lookup = new Lookup();
        Tool tool = Guests.builder("lookup").host("lookup", lookup).build();

        try (AgentOS os = Guests.os(tool)) {
            ToolResult result = callAs(os, "lookup", "tool:lookup call", "catalogue:any read");

            assertThat(result.text()).isEqualTo("{\"found\":{}}");
            assertThat(lookup.performed).hasValue(1);
            assertThat(rows(os, "catalogue:any read"))
                    .singleElement()
                    .satisfies(row -> assertThat(row.principal().toString()).contains("caller"));
        }
    }

    @Test
    void hostFunction_isNotPerformed_whenItsActionIsDenied() {
        var lookup = new Lookup();
        Tool tool = Guests.builder("lookup").host("lookup", lookup).build();

        try (AgentOS os = Guests.os(tool)) {
            ToolResult result = callAs(os, "lookup", "tool:lookup call", "catalogue:other read");

            assertThat(result)
                    .isInstanceOfSatisfying(
                            ToolResult.Denied.class,
                            denied -> assertThat(denied.missing()).isEqualTo("catalogue:any read"));
            assertThat(lookup.performed).hasValue(0);
            assertThat(os.actions().find(ActionQuery.all().denied())).isNotEmpty();
        }
    }

    @Test
    void hostFunction_losesItsRight_inMidCall() {
        var lookup = new Lookup();
        Tool tool = Guests.builder("lookup-loop").host("lookup", lookup).build();

        try (AgentOS os = Guests.os(tool)) {
            ToolResult result = callAs(os, "lookup-loop", "tool:lookup-loop call", "catalogue:any read; uses=3");

            assertThat(result).isInstanceOf(ToolResult.Denied.class);
            assertThat(lookup.performed).hasValue(3);
        }
    }

    @Test
    void hostFunction_thatFails_endsTheCallWithItsReason() {
        Tool tool = Guests.builder("lookup")
                .host("lookup", new Lookup() {
                    @Override
                    public JsonValue perform(JsonObject arguments, ToolContext context) throws Exception {
                        throw new java.io.IOException("the catalogue is closed");
                    }
                })
                .build();

        ToolResult result = Guests.call(tool, "{}");

        assertThat(result).isInstanceOfSatisfying(ToolResult.Failed.class, failed -> {
            assertThat(failed.text()).contains("the catalogue is closed");
            assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_FAILED);
        });
    }

    @Test
    void log_writesUpToItsLimit_andTheCallGoesOn() {
        try (AgentOS os = Guests.os(Guests.tool("log"))) {
            ToolResult result = callAs(os, "log", "tool:log call", "wasm:log/log import");

            assertThat(result.text()).isEqualTo("null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"loop", "start-loop", "fill-loop"})
    void terminate_endsTheGuest_whileItLoops(String module) {
        LeakCheck leaks = LeakCheck.begin();
        Tool tool = Guests.builder(module).timeout(Duration.ofMinutes(10)).build();
        try (AgentOS os = Guests.os(tool)) {
            AgentHandle agent = os.spawn(AgentSpec.builder("caller")
                    .run(ctx -> ctx.tools().tryCall(module, "{}"))
                    .grant(Capability.parse("tool:" + module + " call"))
                    .build());
            awaitThread("wasm " + module, true);

            agent.terminate("enough");

            assertThat(agent.await(Guests.LONG)).isInstanceOf(Exit.Terminated.class);
            awaitThread("wasm " + module, false);
        }
        leaks.assertNothingLeft();
    }

    @Test
    void terminate_interruptsAHostFunctionThatWaits() throws Exception {
        var entered = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        Tool tool = Guests.builder("lookup")
                .host("lookup", new Lookup() {
                    @Override
                    public JsonValue perform(JsonObject arguments, ToolContext context) throws Exception {
                        entered.countDown();
                        try {
                            new CountDownLatch(1).await();
                            return arguments;
                        } finally {
                            left.countDown();
                        }
                    }
                })
                .build();
        try (AgentOS os = Guests.os(tool)) {
            AgentHandle agent = os.spawn(AgentSpec.builder("caller")
                    .run(ctx -> ctx.tools().tryCall("lookup", "{}"))
                    .grant(Capability.parse("tool:lookup call"))
                    .grant(Capability.parse("catalogue:any read"))
                    .build());
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();

            agent.terminate("enough");

            assertThat(agent.await(Guests.LONG)).isInstanceOf(Exit.Terminated.class);
            assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void guests_thatLoop_doNotKeepOthersFromRunning() {
        Tool loop = Guests.builder("loop").timeout(Duration.ofMinutes(10)).build();
        try (AgentOS os = AgentOS.builder().tool(loop).tool(Guests.tool("echo")).build()) {
            int many = 2 * Runtime.getRuntime().availableProcessors();
            List<AgentHandle> loopers = java.util.stream.IntStream.range(0, many)
                    .mapToObj(i -> os.spawn(AgentSpec.builder("looper-" + i)
                            .run(ctx -> ctx.tools().tryCall("loop", "{}"))
                            .grant(Capability.parse("tool:loop call"))
                            .build()))
                    .toList();
            awaitThread("wasm loop", true);

            ToolResult result = callAs(os, "echo", "tool:echo call");

            assertThat(result).isInstanceOf(ToolResult.Ok.class);
            loopers.forEach(looper -> looper.terminate("enough"));
            loopers.forEach(looper -> assertThat(looper.await(Guests.LONG)).isInstanceOf(Exit.Terminated.class));
        }
    }

    @Test
    void timeout_isAFailureOfTheCall_andTheGuestIsGone() {
        Tool tool = Guests.builder("loop").timeout(Duration.ofMillis(20)).build();

        try (AgentOS os = Guests.os(tool)) {
            ToolResult result = callAs(os, "loop", "tool:loop call");

            assertThat(result)
                    .isInstanceOfSatisfying(
                            ToolResult.Failed.class,
                            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_TIMEOUT));
            assertThat(rows(os, "tool:loop call"))
                    .singleElement()
                    .satisfies(row -> assertThat(row.outcome()).isEqualTo(Outcome.FAILED));
            awaitThread("wasm loop", false);
        }
    }

    @Test
    void permits_comeBack_howeverCallsEnd() {
        Tool tool = Guests.builder("loop").maxInstructions(10_000).build();
        int more = 4 * Math.max(2, Runtime.getRuntime().availableProcessors());

        try (AgentOS os = Guests.os(tool)) {
            for (int i = 0; i < more; i++) {
                assertThat(os.tools().tryCall("loop", "{}").text()).contains("used up");
            }
        }
    }

    /** Calls a tool as an agent that holds these rights and no other. */
    private static ToolResult callAs(AgentOS os, String tool, String... rights) {
        var spec = AgentSpec.builder("caller-" + System.nanoTime())
                .run(ctx -> ctx.result(ctx.tools().tryCall(tool, "{}")));
        for (String right : rights) {
            spec.grant(Capability.parse(right));
        }
        Exit exit = os.spawn(spec.build()).await(Guests.LONG);
        return (ToolResult) ((Exit.Completed) exit).value();
    }

    private static List<ActionRecord> rows(AgentOS os, String action) {
        return os.actions().find(ActionQuery.all()).stream()
                .filter(row -> row.action().grantText().equals(action))
                .toList();
    }

    static void awaitThread(String name, boolean alive) {
        long end = System.nanoTime() + Guests.LONG.toNanos();
        while (isAlive(name) != alive) {
            assertThat(System.nanoTime())
                    .as("thread '%s' alive: %s", name, alive)
                    .isLessThan(end);
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    private static boolean isAlive(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(name));
    }
}
