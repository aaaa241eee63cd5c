package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.contract.ToolContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of WASI as tools: what goes in, what comes out, and what they need a right for. */
class WasiTest implements ToolContract {
    @Override
    public Tool tool() {
        return command("copy");
    }

    @Override
    public JsonObject validArguments() {
        return JsonObject.builder().put("text", "hello").build();
    }

    @Test
    void call_givesWhatTheCommandWrites_ofWhatItReads() {
        try (var os = Guests.os(command("copy"))) {
            var arguments = Map.of("text", "Grüße, 世界 🌍 ".repeat(50), "n", List.of(1, 2.5));

            var result = os.tools().call("wasi-copy", arguments);

            assertThat(result.value().toJava())
                    .isEqualTo(dev.agentos.api.json.JsonValue.of(arguments).toJava());
            assertThat(result.confinement().level()).isEqualTo(SandboxLevel.WASM);
            assertThat(command("copy").spec().effect()).isEqualTo(Effect.READ_ONLY);
        }
    }

    @Test
    void output_thatIsNoJson_isText() {
        var file = Wasi.builder().argument("a/b.txt").file("a/b.txt", "plain words\n".getBytes(UTF_8));

        ToolResult result = Guests.call(command("open", file), "{}");

        assertThat(result).isInstanceOfSatisfying(ToolResult.Ok.class, ok -> {
            assertThat(ok.value()).isEqualTo(new JsonString("plain words\n"));
            assertThat(ok.text()).isEqualTo("plain words\n");
        });
    }

    @Test
    void output_isEmptyText_whenTheCommandSaysNothing() {
        assertThat(Guests.call(command("silent"), "{}"))
                .isInstanceOfSatisfying(
                        ToolResult.Ok.class, ok -> assertThat(ok.value()).isEqualTo(new JsonString("")));
    }

    @Test
    void output_thatIsNoUtf8_isAFailure() {
        var file = Wasi.builder().argument("f").file("f", new byte[] {(byte) 0xc3, 0x28});

        assertFailed(Guests.call(command("open", file), "{}"), "standard output is no UTF-8");
    }

    @Test
    void exitCode_isAFailure_withWhatTheCommandSaid() {
        ToolResult result = Guests.call(command("exit"), "{}");

        assertThat(result).isInstanceOfSatisfying(ToolResult.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_FAILED);
            assertThat(failed.text())
                    .isEqualTo("the module failed: it exited with code 3; it said: no such column | price, name");
        });
    }

    @Test
    void trap_isAFailure_withWhatTheCommandSaid() {
        assertFailed(Guests.call(command("panic"), "{}"), "it trapped: ", "; it said: panicked at 42");
    }

    @Test
    void files_areAsTheBuilderSaid_inEveryCall() {
        var tool = command("copy", Wasi.builder().file("copy.txt", "old".getBytes(UTF_8)));

        try (var os = Guests.os(tool)) {
            assertThat(os.tools().tryCall("wasi-copy", "{\"a\":1}").text()).isEqualTo("{\"a\":1}");
            assertThat(os.tools().tryCall("wasi-copy", "{}").text()).isEqualTo("{}");
        }
    }

    @Test
    void file_ofOneCall_isNotThereInTheNext() {
        byte[] content = "given".getBytes(UTF_8);
        Wasi wasi = Wasi.builder().file("kept.txt", content).build();
        MemoryFiles first = wasi.open();
        var file = (MemoryNode.File) first.find(first.root(), "kept.txt");
        content[0] = '!';
        first.write(file, 0, "taken".getBytes(UTF_8));
        first.findOrCreate(first.root(), "new.txt", true);

        MemoryFiles second = wasi.open();

        assertThat(second.root().children()).containsOnlyKeys("kept.txt");
        assertThat(((MemoryNode.File) second.find(second.root(), "kept.txt")).read(0, 100))
                .asString(UTF_8)
                .isEqualTo("given");
    }

    @Test
    void sleep_takesNoTime_butTheTimeOfTheCommandPasses() {
        ToolResult result = Guests.call(command("sleep"), "{}");

        assertThat(result.text()).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({"sleep, clock", "random-loop, random"})
    void services_areNamedByTheCall_andDeniedWithoutTheirRight(String module, String service) {
        try (AgentOS os = Guests.os(command(module))) {
            assertThat(callAs(os, "wasi-" + module))
                    .isInstanceOfSatisfying(
                            ToolResult.Denied.class,
                            denied -> assertThat(denied.missing())
                                    .isEqualTo("wasm:wasi-" + module + "/" + service + " import"));
        }
    }

    @Test
    void clock_isLinked_whenItsRightIsThere() {
        try (AgentOS os = Guests.os(command("sleep"))) {
            assertThat(callAs(os, "wasi-sleep", "wasm:wasi-sleep/clock import").text())
                    .isEqualTo("1");
        }
    }

    @Test
    void streamsAndFiles_needTheRightToTheToolAlone() {
        try (AgentOS os = Guests.os(command("copy"))) {
            assertThat(callAs(os, "wasi-copy").text()).isEqualTo("{}");
        }
    }

    @Test
    void standardError_goesToTheLog_onlyWithTheRightToIt() {
        try (AgentOS os = Guests.os(command("exit", Wasi.builder().logErrors()))) {
            assertThat(callAs(os, "wasi-exit"))
                    .isInstanceOfSatisfying(
                            ToolResult.Denied.class,
                            denied -> assertThat(denied.missing()).isEqualTo("wasm:wasi-exit/log import"));
            assertFailed(callAs(os, "wasi-exit", "wasm:wasi-exit/log import"), "code 3");
        }
    }

    @Test
    void hostFunction_isPerformed_forACommandThatAllocates() {
        var lookup = new Lookup();
        Tool tool = Guests.builder("wasi-lookup").wasi().host("lookup", lookup).build();

        assertThat(Guests.call(tool, "{}").text()).isEqualTo("{\"found\":{}}");
        assertThat(lookup.performed).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wasi-sock | 'wasi_snapshot_preview1.sock_accept', which nobody offers; of WASI",
                "wasi-odd | 'wasi_snapshot_preview1.fd_close' as (i64) -> (i32), and it is (i32) -> (i32)",
                "wasi-lookup | 'host.lookup', which nobody offers",
                "import-unknown | 'env.system', which nobody offers",
                "echo | exports no function '_start' of the type () -> ()",
            })
    void command_inWantOfWhatIsNotThere_isNoTool(String module, String reason) {
        var builder = Guests.builder(module).wasi();

        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("'" + module + "'")
                .withMessageContaining(reason);
    }

    @Test
    void command_isNoTool_unlessTheBuilderSaysSo() {
        var builder = Guests.builder("wasi-copy");

        assertThatExceptionOfType(InvalidModuleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("'wasi_snapshot_preview1.fd_read', which nobody offers")
                .withMessageContaining("wasi()");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../up", "a/../../up", ".", "", "a//..", "x\0y"})
    void wasi_refusesFiles_thatAreNotBelowItsRoot(String path) {
        var builder = Wasi.builder().file(path, new byte[1]);

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("below the root");
    }

    @Test
    void wasi_refusesFiles_thatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasi.builder()
                        .maxFileBytes(9)
                        .file("a", new byte[5])
                        .file("b", new byte[5])
                        .build());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Wasi.builder().maxFiles(2).file("a/b/c", new byte[0]).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasi.builder()
                        .file("a", new byte[0])
                        .file("a/b", new byte[0])
                        .build());
    }

    @Test
    void wasi_refusesWhatIsNoText_andLimitsOutOfBounds() {
        var builder = Wasi.builder();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.argument("a\0b"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.argument("x".repeat(1 << 17)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.environment("A=B", "c"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.environment("", "c"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.environment("A", "\0"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxFiles(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxFileBytes(1 << 30));
    }

    private static Tool command(String name) {
        return command(name, Wasi.builder());
    }

    private static Tool command(String name, Wasi.Builder wasi) {
        return Guests.builder("wasi-" + name).wasi(wasi.build()).build();
    }

    private static void assertFailed(ToolResult result, String... reasons) {
        assertThat(result).isInstanceOfSatisfying(ToolResult.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_FAILED);
            assertThat(failed.text()).contains(reasons);
        });
    }

    /** Calls a tool as an agent that holds the right to it, these, and no other. */
    private static ToolResult callAs(AgentOS os, String tool, String... rights) {
        var spec = AgentSpec.builder("caller-" + rights.length)
                .run(ctx -> ctx.result(ctx.tools().tryCall(tool, "{}")))
                .grant(Capability.parse("tool:" + tool + " call"));
        for (String right : rights) {
            spec.grant(Capability.parse(right));
        }
        Exit exit = os.spawn(spec.build()).await(Guests.LONG);
        return (ToolResult) ((Exit.Completed) exit).value();
    }
}
