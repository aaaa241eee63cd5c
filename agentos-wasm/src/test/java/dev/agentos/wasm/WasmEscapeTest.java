package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.tool.ToolResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a module may try against its host, and what comes of it. */
class WasmEscapeTest {
    @ParameterizedTest
    @ValueSource(strings = {"trap-load", "trap-wrap", "trap-minus", "trap-store", "trap-copy", "trap-fill"})
    void access_outsideOfItsMemory_fails(String module) {
        ToolResult result = Guests.call(module);

        assertFailed(result, "out of bounds");
    }

    @ParameterizedTest
    @CsvSource({
        "trap-divide, divide by zero",
        "trap-unreachable, unreachable",
        "trap-indirect, type mismatch",
    })
    void trap_endsTheCall(String module, String reason) {
        ToolResult result = Guests.call(module);

        assertFailed(result, reason);
    }

    @ParameterizedTest
    @CsvSource({
        "far-result, outside its memory",
        "long-result, at most",
        "edge-result, outside its memory",
        "minus-result, at most",
        "empty-result, no JSON",
        "bad-text, no UTF-8",
        "bad-json, no JSON",
        "deep-json, no JSON",
        "alloc-far, outside its memory",
        "alloc-minus, outside its memory",
    })
    void result_thatIsNoneOfItsOwn_isRefused(String module, String reason) {
        ToolResult result = Guests.call(module);

        assertFailed(result, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"recursion", "indirect-recursion", "wide-recursion"})
    void recursion_withoutEnd_failsBeforeTheStackDoes(String module) {
        ToolResult result = Guests.call(module);

        assertFailed(result, "nested too deep");
    }

    @Test
    void operands_withoutEnd_fail() {
        ToolResult result = Guests.call("operands");

        assertFailed(result, "operands on its stack");
    }

    @ParameterizedTest
    @ValueSource(strings = {"loop", "start-loop"})
    void loop_withoutEnd_endsWithItsInstructions(String module) {
        var tool = Guests.builder(module).maxInstructions(1_000_000).build();

        ToolResult result = Guests.call(tool, "{}");

        assertFailed(result, "used up its 1000000 instructions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"loop", "start-loop", "fill-loop"})
    void loop_withoutEnd_endsWithItsTime(String module) {
        var tool = Guests.builder(module).timeout(Duration.ofMillis(50)).build();

        ToolResult result = Guests.call(tool, "{}");

        assertThat(result).isInstanceOfSatisfying(ToolResult.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_TIMEOUT);
            assertThat(failed.text()).contains("ran longer than PT0.05S");
        });
    }

    @Test
    void memory_growsToItsLimitAndNoFurther() {
        var tool = Guests.builder("memory-bomb").maxMemoryBytes(10 << 20).build();

        ToolResult result = Guests.call(tool, "{}");

        assertThat(result.text()).isEqualTo("160"); // pages of 64 KiB
    }

    @Test
    void memory_declaredBeyondTheLimit_isRefusedAtOnce() {
        var builder = Guests.builder("greedy");

        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("65536 pages of memory")
                .withMessageContaining("at most 256");
    }

    @Test
    void table_growsToItsLimitAndNoFurther() {
        ToolResult result = Guests.call("table-bomb");

        assertThat(result.text()).isEqualTo("1"); // hundred thousands
    }

    @Test
    void output_beyondItsCap_isRefused() {
        var tool = Guests.builder("echo").maxOutputBytes(50).build();

        ToolResult result = Guests.call(tool, "{\"text\":\"" + "x".repeat(100) + "\"}");

        assertFailed(result, "at most 50");
    }

    @Test
    void input_thatDoesNotFitIntoItsMemory_fails() {
        ToolResult result = Guests.call(Guests.tool("echo"), "{\"text\":\"" + "x".repeat(100_000) + "\"}");

        assertFailed(result, "outside its memory");
    }

    @ParameterizedTest
    @CsvSource({
        "random-far, outside its memory",
        "random-much, at most 65536",
    })
    void random_writesIntoItsMemoryOnly(String module, String reason) {
        ToolResult result = Guests.call(module);

        assertFailed(result, reason);
    }

    @ParameterizedTest
    @CsvSource({
        "lookup-far, outside its memory",
        "lookup-list, no JSON object",
    })
    void hostFunction_seesNoArgumentsThatAreNone(String module, String reason) {
        var lookup = new Lookup();
        var tool = Guests.builder(module).host("lookup", lookup).build();

        ToolResult result = Guests.call(tool, "{}");

        assertFailed(result, reason);
        assertThat(lookup.performed).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "import-unknown, 'env.system'",
        "import-odd, 'agentos.clock' as (i32) -> (i32)",
        "import-memory, 'env.memory'",
        "lookup, 'host.lookup'",
        "no-alloc, no function 'alloc'",
        "no-memory, no memory 'memory'",
        "odd-run, no function 'run'",
        "simd, not supported",
    })
    void module_inWantOfWhatIsNotThere_isNoTool(String module, String reason) {
        var builder = Guests.builder(module);

        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("'" + module + "'")
                .withMessageContaining(reason);
    }

    private static void assertFailed(ToolResult result, String reason) {
        assertThat(result).isInstanceOfSatisfying(ToolResult.Failed.class, failed -> {
            assertThat(failed.text()).startsWith("the module failed: ").contains(reason);
            assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_FAILED);
        });
    }
}
