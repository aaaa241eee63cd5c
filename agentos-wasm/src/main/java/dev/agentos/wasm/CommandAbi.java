package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Providers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import run.endive.runtime.Instance;

/** The module is a program: it reads JSON from its standard input and writes JSON, or text, to its standard output. */
record CommandAbi(String function, Wasi wasi, HostLink link) implements GuestAbi {
    static final String START = "_start";

    @Override
    public void check(GuestModule module) {
        link.check(module);
        module.requireMemory(HostLink.MEMORY);
        module.requireFunction(function, Signature.RUNS);
        if (link.usesFunctions(module)) {
            module.requireFunction(HostLink.ALLOCATE, Signature.ALLOCATES);
        }
    }

    @Override
    public JsonValue call(GuestModule module, GuestCall call, JsonObject arguments) {
        var process = new WasiProcess(call, wasi, arguments.toString().getBytes(UTF_8));
        try {
            run(module, process);
            return result(process.output());
        } catch (HostFailure | AgentOsException e) {
            throw e;
        } catch (GuestFault fault) {
            throw fault.with(process.errors());
        } catch (RuntimeException | StackOverflowError trap) {
            // What a program says before it traps is most of what is known of the reason.
            throw GuestFault.trapped(trap).with(process.errors());
        } finally {
            process.errors().close();
        }
    }

    private void run(GuestModule module, WasiProcess process) {
        try {
            Instance instance = module.instantiate(process.call().meter(), link.link(module, process));
            instance.export(function).apply();
        } catch (WasiProcess.Exited exited) {
            if (exited.code() != 0) {
                throw GuestFault.of("it exited with code " + Integer.toUnsignedString(exited.code()));
            }
        }
    }

    private static JsonValue result(byte[] output) {
        String text = text(output);
        try {
            return Providers.json().parse(text);
        } catch (JsonException e) {
            return new JsonString(text);
        }
    }

    private static String text(byte[] output) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(output)).toString();
        } catch (CharacterCodingException e) {
            throw GuestFault.of("its standard output is no UTF-8: " + e.getMessage());
        }
    }
}
