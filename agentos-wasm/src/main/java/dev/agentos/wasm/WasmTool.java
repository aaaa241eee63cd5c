package dev.agentos.wasm;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.WasmEngineException;

/**
 * A WebAssembly module as a tool. It is interpreted in this JVM and can reach nothing but its own memory: no file, no
 * network, no class, no other call. Results carry {@link SandboxLevel#WASM}.
 *
 * <p>The module exports its memory as {@code memory}, {@code alloc(length: i32) -> i32}, which gives a place for so many
 * bytes, and {@code run(address: i32, length: i32) -> i64}, which takes the arguments as JSON in UTF-8 and gives back
 * address × 2³² + length of its result, JSON too. Both may be called more than once in one call of the tool; each call gets
 * an instance of its own, so that a module remembers nothing.
 *
 * <p>It may import:
 * <ul>
 *   <li>{@code agentos.fail(address: i32, length: i32)}, which ends the call with a text,
 *   <li>{@code agentos.clock() -> i64}, milliseconds since 1970, standing still during a call,
 *   <li>{@code agentos.random(address: i32, length: i32)}, bytes that are the same when the call is repeated, and no secret,
 *   <li>{@code agentos.log(level: i32, address: i32, length: i32)}, a line in the log: 0 is DEBUG, 1 INFO, else WARN,
 *   <li>{@code host.<name>(address: i32, length: i32) -> i64}, a {@link HostFunction}, JSON in and out.
 * </ul>
 * Of the last four, the services need a right of whoever calls: {@code wasm:<tool>/clock import} and so on, named by every
 * call of a module that imports them, so that nothing runs without; each call of a host function is an action of its own.
 *
 * <p>With {@link Builder#wasi()} it is a command of WASI preview 1 ({@code wasm32-wasi}, {@code wasm32-wasip1}) instead: its
 * memory and {@code _start() -> ()} are exported, the arguments come as JSON from its standard input, its standard output is
 * the result, JSON or else text, and an exit code but 0 is a failure, whose reason ends with what it wrote to standard error.
 * What it may import is the above and {@code wasi_snapshot_preview1}: files in memory that are gone after the call, time that
 * stands still but for its sleeping, which takes no time, the same random bytes; no sockets. {@code clock_time_get},
 * {@code clock_res_get} and {@code random_get} need the rights {@code wasm:<tool>/clock import} and {@code /random import}.
 *
 * @since 0.3
 */
public final class WasmTool implements Tool {
    private static final Confinement CONFINEMENT = new Confinement(SandboxLevel.WASM, List.of());
    /** The gate gives up waiting later than the module ends, so that what is reported is how it ended. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final ToolSpec spec;
    private final GuestModule module;
    private final GuestAbi abi;
    private final WasmLimits limits;
    private final List<Action> rights;
    private final Semaphore permits;

    private WasmTool(ToolSpec spec, GuestModule module, GuestAbi abi, WasmLimits limits, List<Action> rights) {
        this.spec = spec;
        this.module = module;
        this.abi = abi;
        this.limits = limits;
        this.rights = rights;
        // They compute and do nothing else: more of them than cores would only take memory.
        this.permits = new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);
    }

    /**
     * Starts to describe a tool.
     *
     * @param name dotted, as in {@code csv.stats}
     * @param module a {@code .wasm} file, read by {@link Builder#build}
     */
    public static Builder builder(String name, Path module) {
        Objects.requireNonNull(module, "module");
        return new Builder(name, () -> Files.newInputStream(module));
    }

    /**
     * Starts to describe a tool.
     *
     * @param name dotted, as in {@code csv.stats}
     * @param module the bytes of the module
     */
    public static Builder builder(String name, byte[] module) {
        byte[] copy = module.clone();
        return new Builder(name, () -> new java.io.ByteArrayInputStream(copy));
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public List<Action> describe(ToolCall call) {
        return Stream.concat(Tool.super.describe(call).stream(), rights.stream())
                .toList();
    }

    @Override
    public ToolResult invoke(ToolCall call, ToolContext context) throws Exception {
        permits.acquire();
        var made = GuestCall.of(spec.name(), context, limits);
        var thread = new GuestThread<>(made, permits, () -> abi.call(module, made, call.arguments()));
        try {
            JsonValue value = thread.await(context, limits);
            String text = value instanceof JsonString(var string) ? string : value.toString();
            return new ToolResult.Ok(text, value, CONFINEMENT);
        } catch (ExecutionException e) {
            return failure(e);
        }
    }

    private static ToolResult failure(ExecutionException thrown) throws Exception {
        return switch (Objects.requireNonNull(thrown.getCause())) {
            case GuestFault fault -> fault.toResult();
            case HostFailure failure -> throw failure.thrown();
            case AgentOsException known -> throw known;
            case WasmEngineException trap -> GuestFault.trapped(trap).toResult();
            case StackOverflowError e -> GuestFault.trapped(e).toResult();
            case RuntimeException e -> GuestFault.trapped(e).toResult();
            case Error e -> throw e;
            case Throwable e -> GuestFault.trapped(e).toResult();
        };
    }

    /** {@return the name of the tool and what the module may take} */
    @Override
    public String toString() {
        return "the WebAssembly module of " + spec.name() + " within " + limits;
    }

    /** Collects the parts of a tool. Not thread-safe. */
    public static final class Builder {
        private static final JsonObject ANY_OBJECT =
                JsonObject.builder().put("type", "object").build();
        private static final int DEFAULT_MODULE_BYTES = 8 << 20;

        private final String name;
        private final Source source;
        private final Map<String, HostFunction> functions = new HashMap<>();
        private String version = "1";
        private String description = "";
        private JsonObject inputSchema = ANY_OBJECT;
        private @Nullable Effect effect;
        private @Nullable String function;
        private @Nullable Wasi wasi;
        private WasmLimits limits = WasmLimits.DEFAULT;
        private int maxModuleBytes = DEFAULT_MODULE_BYTES;

        private Builder(String name, Source source) {
            this.name = Objects.requireNonNull(name, "name");
            this.source = source;
        }

        /** What it does, for whoever chooses a tool. */
        public Builder description(String text) {
            description = Objects.requireNonNull(text, "text");
            return this;
        }

        /** Changes when the module's meaning does; {@code 1} unless said. */
        public Builder version(String text) {
            version = Objects.requireNonNull(text, "text");
            return this;
        }

        /**
         * JSON Schema of the arguments; any object unless said. Its properties are what a capability for the tool may
         * constrain.
         */
        public Builder inputSchema(JsonObject schema) {
            inputSchema = Objects.requireNonNull(schema, "schema");
            return this;
        }

        /**
         * What calling it does to the world; {@link Effect#READ_ONLY} unless said, or {@link Effect#EFFECT} if there are
         * host functions.
         */
        public Builder effect(Effect what) {
            effect = Objects.requireNonNull(what, "what");
            return this;
        }

        /** The exported function that is called; {@code run} unless said, {@code _start} of a command. */
        public Builder function(String exported) {
            function = Objects.requireNonNull(exported, "exported");
            return this;
        }

        /** Says that the module is a command of WASI preview 1, as compilers make them, and finds nothing but its input. */
        public Builder wasi() {
            return wasi(Wasi.EMPTY);
        }

        /** Says that the module is a command of WASI preview 1, as compilers make them, and what it finds. */
        public Builder wasi(Wasi found) {
            wasi = Objects.requireNonNull(found, "found");
            return this;
        }

        /** Lets the module import {@code host.<name>}. */
        public Builder host(String importName, HostFunction performs) {
            functions.put(
                    Objects.requireNonNull(importName, "importName"), Objects.requireNonNull(performs, "performs"));
            return this;
        }

        /** How long a call may compute, 30 seconds unless said; waiting for a free thread does not count. */
        public Builder timeout(Duration limit) {
            limits = limits.withTime(limit);
            return this;
        }

        /** How much memory a call may have, in whole pages of 64 KiB; 16 MiB unless said, 1 GiB at most. */
        public Builder maxMemoryBytes(long bytes) {
            limits = limits.withMemoryBytes(bytes);
            return this;
        }

        /** How many instructions a call may execute, 10⁹ unless said: the same on every machine, some 20 to 40 seconds. */
        public Builder maxInstructions(long count) {
            limits = limits.withInstructions(count);
            return this;
        }

        /** How long the result may be, and what a host function is given or gives; 1 MiB unless said, 16 MiB at most. */
        public Builder maxOutputBytes(int bytes) {
            limits = limits.withOutputBytes(bytes);
            return this;
        }

        /** How big the file may be, 8 MiB unless said. A loaded module takes some fifty times its code in heap. */
        public Builder maxModuleBytes(int bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException("maxModuleBytes must be positive: " + bytes);
            }
            maxModuleBytes = bytes;
            return this;
        }

        /**
         * {@return the tool} The module is read and checked; nothing of it runs before the first call.
         *
         * @throws InvalidModuleException if the file cannot be read, is malformed or too much, lacks an export, or imports
         *     what nobody offers
         * @throws IllegalArgumentException if the name is none of a tool
         */
        public Tool build() {
            var link = new HostLink(name, functions, wasi);
            GuestAbi abi = wasi == null
                    ? new FunctionAbi(function == null ? "run" : function, link)
                    : new CommandAbi(function == null ? CommandAbi.START : function, wasi, link);
            Effect what = effect != null ? effect : functions.isEmpty() ? Effect.READ_ONLY : Effect.EFFECT;
            var spec = new ToolSpec(
                    name,
                    version,
                    description,
                    inputSchema,
                    what,
                    attributes(),
                    limits.time().plus(MARGIN));
            try {
                GuestModule module = GuestModule.load(read(), limits);
                abi.check(module);
                return new WasmTool(spec, module, abi, limits, link.rights(module));
            } catch (ModuleFault fault) {
                throw new InvalidModuleException(name, String.valueOf(fault.getMessage()), fault);
            }
        }

        private Set<String> attributes() {
            return inputSchema.get("properties").orElse(JsonObject.EMPTY) instanceof JsonObject(var properties)
                    ? properties.keySet()
                    : Set.of();
        }

        private byte[] read() {
            try (InputStream in = source.open()) {
                byte[] bytes = in.readNBytes(maxModuleBytes + 1);
                ModuleFacts.atMost("bytes of a module", bytes.length, maxModuleBytes);
                return bytes;
            } catch (IOException e) {
                throw new InvalidModuleException(name, "cannot be read: " + e, e);
            }
        }

        /** Where the bytes come from. */
        @FunctionalInterface
        private interface Source {
            InputStream open() throws IOException;
        }
    }
}
