package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.Providers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;

/**
 * What a module may import, and nothing beyond: services of the runtime ({@code agentos.*}), of which those that tell
 * anything or leave traces need a right, and functions of the program ({@code host.*}), each call of which is an action.
 */
final class HostLink {
    static final String SERVICES = "agentos";
    static final String FUNCTIONS = "host";
    static final String ALLOCATE = "alloc";
    static final String MEMORY = "memory";

    private static final int MAX_RANDOM = 1 << 16;
    /** Of a call of the host, in instructions: what it costs us is no less. */
    private static final int COST = 1_000;

    private final String tool;
    private final Map<String, HostFunction> functions;
    private final @Nullable Wasi wasi;

    /** Takes what a command finds, or null for a module that is none. */
    HostLink(String tool, Map<String, HostFunction> functions, @Nullable Wasi wasi) {
        this.tool = tool;
        this.functions = new TreeMap<>(functions);
        this.wasi = wasi;
    }

    /** {@return the rights that a module needs for what it imports} */
    List<Action> rights(GuestModule module) {
        Stream<String> kept = wasi != null && wasi.logs() ? Stream.of("log") : Stream.empty();
        return Stream.concat(module.imports().stream().flatMap(HostLink::service), kept)
                .distinct()
                .sorted()
                .map(this::right)
                .toList();
    }

    /** {@return the service that an import uses, if that needs a right}: what stays within the call needs none. */
    private static Stream<String> service(FunctionImport wanted) {
        return switch (wanted.module() + "." + wanted.name()) {
            case "agentos.log" -> Stream.of("log");
            case "agentos.clock", WasiFunctions.MODULE + ".clock_time_get", WasiFunctions.MODULE + ".clock_res_get" ->
                Stream.of("clock");
            case "agentos.random", WasiFunctions.MODULE + ".random_get" -> Stream.of("random");
            default -> Stream.empty();
        };
    }

    /** {@return whether it imports any function of the program} */
    boolean usesFunctions(GuestModule module) {
        return module.imports().stream().anyMatch(wanted -> wanted.module().equals(FUNCTIONS));
    }

    Action right(String service) {
        return Action.of("wasm:" + tool + "/" + service, "import");
    }

    /**
     * Checks that everything which a module imports is there.
     *
     * @throws ModuleFault naming the first import that is not, or is of another type
     */
    void check(GuestModule module) {
        for (FunctionImport wanted : module.imports()) {
            FunctionType offered = typeOf(wanted);
            FunctionType asked = module.typeOf(wanted);
            if (!Signature.isSame(offered, asked)) {
                throw new ModuleFault("imports '" + wanted.module() + "." + wanted.name() + "' as "
                        + Signature.text(asked) + ", and it is " + Signature.text(offered));
            }
        }
    }

    private FunctionType typeOf(FunctionImport wanted) {
        if (wanted.module().equals(FUNCTIONS) && functions.containsKey(wanted.name())) {
            return Signature.MAPS_BYTES;
        }
        if (isWasi(wanted) && WasiFunctions.names().contains(wanted.name())) {
            return WasiFunctions.typeOf(wanted.name());
        }
        return switch (wanted.module() + "." + wanted.name()) {
            case "agentos.log" -> Signature.LOGS;
            case "agentos.clock" -> Signature.TELLS;
            case "agentos.random", "agentos.fail" -> Signature.TAKES_BYTES;
            default -> throw new ModuleFault(refusal(wanted));
        };
    }

    private boolean isWasi(FunctionImport wanted) {
        return wasi != null && wanted.module().equals(WasiFunctions.MODULE);
    }

    private String refusal(FunctionImport wanted) {
        String refused = "imports '" + wanted.module() + "." + wanted.name() + "', which nobody offers; ";
        if (isWasi(wanted)) {
            return refused + "of WASI preview 1 there is everything but sockets and signals";
        }
        if (wanted.module().equals(WasiFunctions.MODULE)) {
            return refused + "a command of WASI is a tool if the builder says wasi()";
        }
        return refused + "there are agentos.log, agentos.clock, agentos.random, agentos.fail"
                + String.join(
                        "",
                        functions.keySet().stream()
                                .map(name -> ", host." + name)
                                .toList());
    }

    /** Links what a module imports with one call of it. */
    ImportValues link(GuestModule module, GuestCall call) {
        return link(module, wanted -> own(wanted, call));
    }

    /** Links what a command imports with one call of it. */
    ImportValues link(GuestModule module, WasiProcess process) {
        return link(module, wanted -> isWasi(wanted) ? wasi(wanted.name(), process) : own(wanted, process.call()));
    }

    private WasmFunctionHandle own(FunctionImport wanted, GuestCall call) {
        return wanted.module().equals(FUNCTIONS)
                ? (instance, arguments) -> function(wanted.name(), call, instance, arguments)
                : (instance, arguments) -> service(wanted.name(), call, instance, arguments);
    }

    private static WasmFunctionHandle wasi(String name, WasiProcess process) {
        return (instance, arguments) -> WasiFunctions.call(name, process, memoryOf(instance), arguments);
    }

    private ImportValues link(GuestModule module, Function<FunctionImport, WasmFunctionHandle> handles) {
        var links = ImportValues.builder();
        for (FunctionImport wanted : module.imports()) {
            WasmFunctionHandle handle = handles.apply(wanted);
            links.addFunction(new ImportFunction(wanted.module(), wanted.name(), typeOf(wanted), handle));
        }
        return links.build();
    }

    private static long[] service(String name, GuestCall call, Instance instance, long... arguments) {
        call.meter().charge(COST);
        return switch (name) {
            case "clock" -> new long[] {call.time().toEpochMilli()};
            case "log" -> {
                var memory = memoryOf(instance);
                String text = memory.text((int) arguments[1], unsigned(arguments[2]), GuestLog.MAX_BYTES);
                call.log().line((int) arguments[0], text);
                yield new long[0];
            }
            case "random" -> {
                long length = unsigned(arguments[1]);
                if (length > MAX_RANDOM) {
                    throw GuestFault.of("it asks for " + length + " random bytes, and gets at most " + MAX_RANDOM);
                }
                call.meter().charge(length);
                memoryOf(instance).write((int) arguments[0], call.random().next((int) length));
                yield new long[0];
            }
            default -> // fail
                throw GuestFault.of(GuestLog.oneLine(
                        memoryOf(instance).text((int) arguments[0], unsigned(arguments[1]), GuestLog.MAX_BYTES)));
        };
    }

    private long[] function(String name, GuestCall call, Instance instance, long... arguments) {
        int max = call.limits().outputBytes();
        long length = unsigned(arguments[1]);
        call.meter().charge(COST + length);
        String text = memoryOf(instance).text((int) arguments[0], length, max);
        byte[] answer = perform(name, object(name, text), call).toString().getBytes(UTF_8);
        call.meter().charge(answer.length);
        return new long[] {give(instance, answer)};
    }

    private JsonValue perform(String name, JsonObject arguments, GuestCall call) {
        HostFunction function = Objects.requireNonNull(functions.get(name), name);
        try {
            call.context().require(function.action(arguments));
            return function.perform(arguments, call.context());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostFailure(e);
        } catch (Exception e) {
            throw new HostFailure(e);
        }
    }

    private static JsonObject object(String name, String text) {
        try {
            return Providers.json().parse(text).asObject();
        } catch (RuntimeException e) {
            throw GuestFault.of("it calls host." + name + " with what is no JSON object: " + e.getMessage());
        }
    }

    /** Gives a guest bytes where it wants to have them; returns the place as it expects one. */
    static long give(Instance instance, byte[] bytes) {
        int pointer = (int) instance.export(ALLOCATE).apply(bytes.length)[0];
        memoryOf(instance).write(pointer, bytes);
        return Integer.toUnsignedLong(pointer) << Integer.SIZE | bytes.length;
    }

    static GuestMemory memoryOf(Instance instance) {
        return new GuestMemory(instance.exports().memory(MEMORY));
    }

    static long unsigned(long argument) {
        return argument & 0xffff_ffffL;
    }
}
