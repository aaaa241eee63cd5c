package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** A program that a compiler made: wat2wasm of the WebAssembly Binary Toolkit, 1.4 MB of C++ by way of wasi-sdk. */
class WasiProgramTest {
    @Test
    void program_readsItsFile_andWritesWhatTheBuildMakesOfIt() {
        String text = "(module (memory (export \"memory\") 1) (func (export \"_start\")))";

        ToolResult result = Guests.call(assembler(text), "{}");

        // Zeros, letters and small numbers: text, as it happens, and the same as the build has made.
        assertThat(result)
                .isInstanceOfSatisfying(
                        ToolResult.Ok.class,
                        ok -> assertThat(ok.value())
                                .isEqualTo(new JsonString(new String(Guests.wasm("wasi-silent"), UTF_8))));
    }

    @Test
    void program_failsWithItsOwnWords() {
        ToolResult result = Guests.call(assembler("(module (func (nonsense)))"), "{}");

        assertThat(result).isInstanceOfSatisfying(ToolResult.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_FAILED);
            assertThat(failed.text())
                    .contains("exited with code 1")
                    .contains("in/module.wat:1:16: error: unexpected token \"nonsense\"");
        });
    }

    private static Tool assembler(String text) {
        return WasmTool.builder("wat2wasm", program())
                .description("Assembles.")
                .wasi(Wasi.builder()
                        .argument("--output=-")
                        .argument("/in/module.wat")
                        .file("in/module.wat", text.getBytes(UTF_8))
                        .build())
                .build();
    }

    private static byte[] program() {
        try (var in = ClassLoader.getSystemResourceAsStream("wat2wasm")) {
            if (in == null) {
                throw new IllegalStateException("no program wat2wasm among the libraries of the tests");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
