package dev.agentos.runtime.gate;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.api.tool.Tools;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** One actor's view of the tools. Thread-safe as far as the actor is: it is used on the actor's own threads. */
record ToolCaller(Toolbox toolbox, Actor actor) implements Tools {

    @Override
    public List<ToolSpec> available() {
        actor.crossing();
        return toolbox.callableBy(actor);
    }

    @Override
    public ToolResult.Ok call(String tool, Map<String, ?> arguments) {
        Objects.requireNonNull(arguments, "arguments");
        return end(tool, json -> object(json, arguments)).orThrow(tool);
    }

    @Override
    public ToolResult.Ok call(String tool, Record arguments) {
        Objects.requireNonNull(arguments, "arguments");
        return end(tool, json -> json.toJson(arguments).asObject()).orThrow(tool);
    }

    @Override
    public ToolResult tryCall(String tool, String jsonArguments) {
        Objects.requireNonNull(jsonArguments, "jsonArguments");
        try {
            return end(tool, json -> parse(json, jsonArguments)).result();
        } catch (DeniedException e) {
            return new ToolResult.Denied(String.valueOf(e.getMessage()), e.action(), e.missing());
        } catch (AgentOsException e) {
            return new ToolResult.Failed(String.valueOf(e.getMessage()), e.code());
        }
    }

    private ToolEnding end(String name, Function<JsonProvider, JsonObject> arguments) {
        RegisteredTool tool = toolbox.registered(Objects.requireNonNull(name, "name"));
        if (tool == null) {
            throw unknown(name);
        }
        var crossing = new ToolCrossing(this, tool, arguments);
        ToolEnding ending = toolbox.gate().cross(crossing);
        if (tool.spec().untrusted()) {
            actor.tainted(tool.taint());
        }
        if (Thread.currentThread().isInterrupted()) {
            // Whoever interrupted wants the code to go on; being held for a pause would have to wait for nothing.
            actor.checkStopped();
        } else {
            actor.crossing();
        }
        return ending;
    }

    private ToolException unknown(String name) {
        actor.crossing();
        String shown = Shortening.of(name);
        Action attempted = attempted(shown);
        toolbox.gate().recorder().denied(actor, attempted, attempted, "there is no tool of that name");
        toolbox.gate().useCall(actor);
        List<String> names =
                toolbox.callableBy(actor).stream().map(ToolSpec::name).toList();
        return new ToolException(
                ErrorCode.TOOL_UNKNOWN, shown, "there is no tool of that name; it may call " + names, null);
    }

    /** The name comes from a model, and may be any text. */
    private static Action attempted(String name) {
        try {
            return new Action("tool", name, "call", Map.of());
        } catch (IllegalArgumentException e) {
            return Action.of("tool:unknown", "call").with("name", name);
        }
    }

    /** Plain values are converted here, which is cheap; records within need the provider. */
    private static JsonObject object(JsonProvider json, Map<String, ?> arguments) {
        for (Object value : arguments.values()) {
            if (!(value instanceof String
                    || value instanceof Number
                    || value instanceof Boolean
                    || value instanceof JsonValue)) {
                return json.toJson(arguments).asObject();
            }
        }
        return JsonValue.of(arguments).asObject();
    }

    private static JsonObject parse(JsonProvider json, String text) {
        // Models write nothing at all for a tool without arguments.
        JsonValue value = text.isBlank() ? JsonObject.EMPTY : json.parse(text);
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new IllegalArgumentException("arguments are an object, not " + value.kind());
    }
}
