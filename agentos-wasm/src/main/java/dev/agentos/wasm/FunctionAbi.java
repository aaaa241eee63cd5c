package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Providers;
import run.endive.runtime.Instance;

/** The module is a library: one of its functions maps JSON in its memory to JSON in its memory. */
record FunctionAbi(String function, HostLink link) implements GuestAbi {
    @Override
    public void check(GuestModule module) {
        link.check(module);
        module.requireMemory(HostLink.MEMORY);
        module.requireFunction(HostLink.ALLOCATE, Signature.ALLOCATES);
        module.requireFunction(function, Signature.MAPS_BYTES);
    }

    @Override
    public JsonValue call(GuestModule module, GuestCall call, JsonObject arguments) {
        Instance instance = module.instantiate(call.meter(), link.link(module, call));
        byte[] input = arguments.toString().getBytes(UTF_8);
        long given = HostLink.give(instance, input);
        long answer = instance.export(function).apply(given >>> Integer.SIZE, input.length)[0];
        int pointer = (int) (answer >>> Integer.SIZE);
        String text = HostLink.memoryOf(instance)
                .text(pointer, HostLink.unsigned(answer), call.limits().outputBytes());
        return json(text);
    }

    static JsonValue json(String text) {
        try {
            return Providers.json().parse(text);
        } catch (JsonException e) {
            throw GuestFault.of("its result is no JSON: " + e.getMessage());
        }
    }
}
