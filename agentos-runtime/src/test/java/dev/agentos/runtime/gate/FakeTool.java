package dev.agentos.runtime.gate;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A tool of which a test sets every part, and which keeps the calls that reached it. Not thread-safe until it is built. */
final class FakeTool implements Tool, AutoCloseable {
    final List<JsonObject> calls = java.util.Collections.synchronizedList(new ArrayList<>());
    boolean closed;

    private final ToolSpec spec;
    private @Nullable Function<ToolCall, List<Action>> describe;
    private Handler handler = (call, context) -> ToolResult.Ok.of(JsonValue.of("done"));

    /** What it does with a call. */
    @FunctionalInterface
    interface Handler {
        ToolResult invoke(ToolCall call, ToolContext context) throws Exception;
    }

    private FakeTool(ToolSpec spec) {
        this.spec = spec;
    }

    /** A tool without arguments. */
    static FakeTool named(String name) {
        return of(name, JsonObject.builder().put("type", "object").build(), Duration.ofMinutes(1));
    }

    /** A tool whose properties are strings and numbers as the map says, all of them attributes. */
    static FakeTool taking(String name, Map<String, ?> properties) {
        return of(name, schema(properties), Duration.ofMinutes(1));
    }

    static FakeTool of(String name, JsonObject schema, Duration timeout) {
        Set<String> attributes = schema.members().get("properties") instanceof JsonObject(var properties)
                ? properties.keySet()
                : Set.of();
        return new FakeTool(new ToolSpec(name, "1", "A tool of a test.", schema, Effect.EFFECT, attributes, timeout));
    }

    static JsonObject schema(Map<String, ?> properties) {
        return JsonObject.builder()
                .put("type", "object")
                .put("properties", properties)
                .put("additionalProperties", false)
                .build();
    }

    FakeTool does(Handler what) {
        handler = what;
        return this;
    }

    FakeTool describedAs(Function<ToolCall, List<Action>> what) {
        describe = what;
        return this;
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public List<Action> describe(ToolCall call) {
        return describe == null ? Tool.super.describe(call) : describe.apply(call);
    }

    @Override
    public ToolResult invoke(ToolCall call, ToolContext context) throws Exception {
        calls.add(call.arguments());
        return handler.invoke(call, context);
    }

    @Override
    public void close() {
        closed = true;
    }
}
