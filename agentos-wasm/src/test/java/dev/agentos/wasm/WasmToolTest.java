package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.contract.ToolContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WasmToolTest implements ToolContract {
    @Override
    public Tool tool() {
        return Guests.tool("echo");
    }

    @Override
    public JsonObject validArguments() {
        return JsonObject.builder().put("text", "hello").build();
    }

    @Test
    void call_givesWhatTheModuleMakesOfTheArguments() {
        try (var os = Guests.os(tool())) {
            var result = os.tools().call("echo", Map.of("text", "Grüße, 世界 🌍", "n", List.of(1, 2.5)));

            assertThat(result.value()).isEqualTo(JsonValue.of(Map.of("text", "Grüße, 世界 🌍", "n", List.of(1, 2.5))));
            assertThat(result.confinement().level()).isEqualTo(SandboxLevel.WASM);
        }
    }

    @Test
    void call_isRecordedAsConfined() {
        try (var os = Guests.os(tool())) {
            os.tools().call("echo", Map.of());

            assertThat(os.actions().find(dev.agentos.api.security.ActionQuery.all()))
                    .anySatisfy(row -> {
                        assertThat(row.action().toString()).startsWith("tool:echo call");
                        assertThat(row.detail()).isEqualTo("WASM");
                    });
        }
    }

    @Test
    void spec_saysWhatTheBuilderWasTold() {
        var schema = JsonObject.builder()
                .put("type", "object")
                .put("properties", Map.of("csv", Map.of("type", "string")))
                .build();

        var spec = Guests.builder("echo")
                .version("3")
                .inputSchema(schema)
                .timeout(Duration.ofSeconds(5))
                .effect(Effect.IDEMPOTENT)
                .build()
                .spec();

        assertThat(spec.name()).isEqualTo("echo");
        assertThat(spec.version()).isEqualTo("3");
        assertThat(spec.inputSchema()).isEqualTo(schema);
        assertThat(spec.attributes()).containsExactly("csv");
        assertThat(spec.effect()).isEqualTo(Effect.IDEMPOTENT);
        assertThat(spec.timeout()).isGreaterThan(Duration.ofSeconds(5));
    }

    @Test
    void effect_isReadOnlyUnlessTheHostLendsAHand() {
        var pure = Guests.tool("echo").spec();
        var lent = Guests.builder("lookup").host("lookup", new Lookup()).build().spec();

        assertThat(pure.effect()).isEqualTo(Effect.READ_ONLY);
        assertThat(lent.effect()).isEqualTo(Effect.EFFECT);
    }

    @Test
    void module_isReadFromAFile(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("echo.wasm"), Guests.wasm("echo"));

        ToolResult result = Guests.call(
                WasmTool.builder("from.file", file).description("Echoes.").build(), "{\"a\":1}");

        assertThat(result.text()).isEqualTo("{\"a\":1}");
    }

    @Test
    void build_namesTheFile_whenThereIsNone(@TempDir Path folder) {
        var builder = WasmTool.builder("absent", folder.resolve("absent.wasm"));

        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("'absent'")
                .withMessageContaining("absent.wasm")
                .satisfies(e -> assertThat(e.tool()).isEqualTo("absent"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SPEC_INVALID));
    }

    @Test
    void build_refuses_whenTheFileIsTooBig() {
        var builder = Guests.builder("echo").maxModuleBytes(50);

        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("at most 50");
    }

    @Test
    void builder_refusesLimitsOutOfBounds() {
        var builder = Guests.builder("echo");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxMemoryBytes(1))
                .withMessageContaining("65536");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxMemoryBytes(2L << 30));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxInstructions(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxOutputBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxModuleBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
    }

    @Test
    void bytes_areCopied_whenTheBuilderTakesThem() {
        byte[] bytes = Guests.wasm("echo");
        var builder = WasmTool.builder("copied", bytes).description("Echoes.");

        java.util.Arrays.fill(bytes, (byte) 0);

        assertThat(Guests.call(builder.build(), "{}").text()).isEqualTo("{}");
    }

    @Test
    void fail_isTheReasonThatTheCallerReads() {
        ToolResult result = Guests.call("fail");

        assertThat(result)
                .isInstanceOfSatisfying(
                        ToolResult.Failed.class,
                        failed -> assertThat(failed.text())
                                .isEqualTo("the module failed: there is no column\ufffdof that name"));
    }

    @Test
    void arguments_areCheckedAgainstTheSchema_beforeAnythingRuns() {
        var schema = JsonObject.builder()
                .put("type", "object")
                .put("required", List.of("csv"))
                .build();
        Tool tool = Guests.builder("loop").inputSchema(schema).build();

        ToolResult result = Guests.call(tool, "{}");

        assertThat(result)
                .isInstanceOfSatisfying(
                        ToolResult.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.ARGUMENTS_INVALID));
    }
}
