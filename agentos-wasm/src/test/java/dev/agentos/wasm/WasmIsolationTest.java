package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentOS;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Calls know nothing of each other, and equal calls are equal. */
class WasmIsolationTest {
    @Test
    void module_remembersNothing_ofTheCallBefore() {
        Tool tool = Guests.tool("remember");
        var results = new ArrayList<String>();

        try (AgentOS os = Guests.os(tool)) {
            for (int i = 0; i < 3; i++) {
                results.add(os.tools().tryCall("remember", "{}").text());
            }
        }

        // A data segment, then what it found of the call before: table, global, memory.
        assertThat(results).containsExactly("1000", "1000", "1000");
    }

    @Test
    void table_isAsBigAsDeclared_afterAnotherCallLetItGrow() {
        Tool tool = Guests.tool("table-memory");
        var sizes = new ArrayList<String>();

        try (AgentOS os = Guests.os(tool)) {
            for (int i = 0; i < 3; i++) {
                sizes.add(os.tools().tryCall("table-memory", "{}").text());
            }
        }

        assertThat(sizes).containsExactly("3", "3", "3");
    }

    @Test
    void calls_atTheSameTime_getTheirOwnResults() throws Exception {
        Tool tool = Guests.tool("echo");
        List<Callable<ToolResult>> calls = new ArrayList<>();

        List<String> texts = new ArrayList<>();
        try (AgentOS os = Guests.os(tool);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 200)
                    .forEach(i -> calls.add(() -> os.tools().call("echo", Map.of("n", i, "pad", "y".repeat(i)))));
            for (Future<ToolResult> result : threads.invokeAll(calls)) {
                texts.add(result.get().text());
            }
        }

        assertThat(texts)
                .hasSize(200)
                .allSatisfy(text -> assertThat(text).matches("\\{.*}"))
                .doesNotHaveDuplicates();
        for (int i = 0; i < texts.size(); i++) {
            assertThat(texts.get(i)).contains("\"n\":" + i).contains("\"pad\":\"" + "y".repeat(i) + "\"");
        }
    }

    @Test
    void clock_showsTheTimeOfTheRuntime_standingStill() {
        Tool tool = Guests.tool("clock");
        var time = dev.agentos.testkit.ManualClock.startingAt(Instant.parse("2026-03-01T10:00:00Z"));

        try (AgentOS os = AgentOS.builder().tool(tool).time(time).build()) {
            ToolResult result = os.tools().tryCall("clock", "{}");

            assertThat(result.text())
                    .isEqualTo(
                            Long.toString(Instant.parse("2026-03-01T10:00:00Z").toEpochMilli()));
        }
    }

    @Test
    void random_isTheSameForTheSameCall_andAnotherForAnother() {
        byte[] once = SeededBytes.of("dice", "key-1").next(100);
        byte[] again = SeededBytes.of("dice", "key-1").next(100);
        byte[] other = SeededBytes.of("dice", "key-2").next(100);
        byte[] otherTool = SeededBytes.of("cards", "key-1").next(100);

        assertThat(again).isEqualTo(once);
        assertThat(other).isNotEqualTo(once);
        assertThat(otherTool).isNotEqualTo(once);
    }

    @Test
    void random_goesOnWhereItStopped_howeverItIsCut() {
        SeededBytes whole = SeededBytes.of("dice", "key");
        SeededBytes parts = SeededBytes.of("dice", "key");

        byte[] expected = whole.next(100);

        assertThat(parts.next(1)).containsExactly(expected[0]);
        assertThat(parts.next(40)).isEqualTo(java.util.Arrays.copyOfRange(expected, 1, 41));
        assertThat(parts.next(59)).isEqualTo(java.util.Arrays.copyOfRange(expected, 41, 100));
    }

    @Test
    void random_differsFromCallToCall() {
        Tool tool = Guests.tool("random");

        try (AgentOS os = Guests.os(tool)) {
            String first = os.tools().tryCall("random", "{}").text();
            String second = os.tools().tryCall("random", "{}").text();

            assertThat(first).matches("[a-p]{8}");
            assertThat(second).matches("[a-p]{8}").isNotEqualTo(first);
        }
    }
}
