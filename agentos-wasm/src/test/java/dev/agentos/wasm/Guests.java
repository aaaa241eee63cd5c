package dev.agentos.wasm;

import dev.agentos.api.AgentOS;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Modules of the tests, assembled by the build. */
final class Guests {
    static final Duration LONG = Duration.ofSeconds(30);

    private Guests() {}

    static byte[] wasm(String name) {
        try (var in = Guests.class.getResourceAsStream(name + ".wasm")) {
            if (in == null) {
                throw new IllegalArgumentException("no module " + name + ".wasm");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A tool of the module's name. */
    static WasmTool.Builder builder(String name) {
        return WasmTool.builder(name, wasm(name)).description("The module " + name + ".");
    }

    static Tool tool(String name) {
        return builder(name).build();
    }

    /** Calls it as the host, through the gate. */
    static ToolResult call(Tool tool, String arguments) {
        try (AgentOS os = AgentOS.builder().tool(tool).build()) {
            return os.tools().tryCall(tool.spec().name(), arguments);
        }
    }

    static ToolResult call(String name) {
        return call(tool(name), "{}");
    }

    /** Starts a runtime that has a tool. */
    static AgentOS os(Tool tool) {
        return AgentOS.builder().tool(tool).build();
    }

    static JsonObject none() {
        return JsonObject.EMPTY;
    }

    /** A module made of bytes: header, then what is written. */
    static byte[] module(Consumer<Bytes> sections) {
        var bytes = new Bytes();
        bytes.raw(0, 'a', 's', 'm', 1, 0, 0, 0);
        sections.accept(bytes);
        return bytes.out.toByteArray();
    }

    /** Writer of the binary format, as false as one likes. */
    static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes raw(int... bytes) {
            for (int b : bytes) {
                out.write(b);
            }
            return this;
        }

        Bytes u32(long value) {
            long left = value;
            while (left >= 0x80) {
                out.write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
            return this;
        }

        Bytes name(String text) {
            byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            u32(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        Bytes times(int count, int... bytes) {
            for (int i = 0; i < count; i++) {
                raw(bytes);
            }
            return this;
        }

        Bytes section(int id, Consumer<Bytes> content) {
            return raw(id).sized(content);
        }

        /** Writes something behind its size. */
        Bytes sized(Consumer<Bytes> content) {
            var inner = new Bytes();
            content.accept(inner);
            u32(inner.out.size());
            out.writeBytes(inner.out.toByteArray());
            return this;
        }
    }
}
