package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.security.Capability;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command may try against its host by means of WASI, and what comes of it. */
class WasiEscapeTest {
    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, 76",
        "../etc/passwd, 76",
        "../../../../../../etc/passwd, 76",
        "data/../../etc/passwd, 76",
        "data/./../../data/a.txt, 76",
        "etc/passwd, 44",
        "data/a.txt/../../../etc/passwd, 54",
        "data/a.txt/, 54",
        "data/nothing/../a.txt, 44",
    })
    void path_leadsToNoFileOfTheHost(String path, String error) {
        assertThat(open(path)).isEqualTo(error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data/a.txt", "./data/a.txt", "data//./a.txt", "data/../data/a.txt"})
    void path_leadsToTheFilesOfTheCall(String path) {
        assertThat(open(path)).isEqualTo("A");
    }

    @Test
    void file_ofTheHost_isNotThere_howeverItIsNamed(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");

        assertThat(open(secret.toString())).isEqualTo("76");
        assertThat(open(secret.toString().substring(1))).isEqualTo("44");
        assertThat(open("../".repeat(20) + secret.toString().substring(1))).isEqualTo("76");
    }

    @ParameterizedTest
    @ValueSource(strings = {"complain-loop", "read-loop", "yield-loop", "random-loop", "poll-loop"})
    void loop_throughWasi_endsWithItsInstructions(String module) {
        var tool = command(module).maxInstructions(2_000_000).build();

        assertFailed(Guests.call(tool, "{}"), ErrorCode.TOOL_FAILED, "used up its 2000000 instructions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"complain-loop", "read-loop", "yield-loop", "random-loop", "poll-loop"})
    void loop_throughWasi_endsWithItsTime(String module) {
        var tool = command(module)
                .maxInstructions(Long.MAX_VALUE)
                .timeout(Duration.ofMillis(50))
                .build();

        assertFailed(Guests.call(tool, "{}"), ErrorCode.TOOL_TIMEOUT, "ran longer than PT0.05S");
    }

    @ParameterizedTest
    @ValueSource(strings = {"complain-loop", "read-loop", "yield-loop", "poll-loop"})
    void terminate_endsTheCommand_whateverItIsIn(String module) {
        LeakCheck leaks = LeakCheck.begin();
        Tool tool = command(module)
                .maxInstructions(Long.MAX_VALUE)
                .timeout(Duration.ofMinutes(10))
                .build();
        try (AgentOS os = Guests.os(tool)) {
            AgentHandle agent = os.spawn(AgentSpec.builder("caller")
                    .run(ctx -> ctx.tools().tryCall(tool.spec().name(), "{}"))
                    .grant(Capability.parse("tool:" + tool.spec().name() + " call"))
                    .build());
            WasmGateTest.awaitThread("wasm wasi-" + module, true);

            agent.terminate("enough");

            assertThat(agent.await(Guests.LONG)).isInstanceOf(Exit.Terminated.class);
            WasmGateTest.awaitThread("wasm wasi-" + module, false);
        }
        leaks.assertNothingLeft();
    }

    @Test
    void sleep_withoutEnd_endsAtOnceWithTheTimeOfTheCall() {
        var tool = command("sleep-loop").timeout(Duration.ofHours(1)).build();

        ToolResult result = Guests.call(tool, "{}"); // 3,600 times a second, of which nobody waits one

        assertFailed(result, ErrorCode.TOOL_TIMEOUT, "would sleep longer than PT1H");
    }

    @Test
    void output_withoutEnd_endsWithItsCap() {
        var tool = command("print-loop").maxOutputBytes(100_000).build();

        assertFailed(Guests.call(tool, "{}"), ErrorCode.TOOL_FAILED, "more than 100000 bytes to its standard output");
    }

    @Test
    void files_withoutEnd_endWithTheirNumber() {
        var tool = command("flood").wasi(Wasi.builder().maxFiles(50).build()).build();

        assertFailed(Guests.call(tool, "{}"), ErrorCode.TOOL_FAILED, "exited with code 51"); // no space
    }

    private static WasmTool.Builder command(String name) {
        return Guests.builder("wasi-" + name).wasi();
    }

    /** Lets a command open a path: what it reads, or the error's number. */
    private static String open(String path) {
        Wasi wasi = Wasi.builder()
                .argument(path)
                .file("data/a.txt", "A".getBytes(UTF_8))
                .build();
        return Guests.call(command("open").wasi(wasi).build(), "{}").text();
    }

    private static void assertFailed(ToolResult result, ErrorCode code, String reason) {
        assertThat(result).isInstanceOfSatisfying(ToolResult.Failed.class, failed -> {
            assertThat(failed.text()).startsWith("the module failed: ").contains(reason);
            assertThat(failed.code()).isEqualTo(code);
        });
    }
}
