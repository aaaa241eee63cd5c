package dev.agentos.testkit;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A tool that gives the results a test wrote down, in their order, the last one again and again; it takes any object as
 * arguments and keeps what it was called with. Thread-safe.
 *
 * @since 0.1
 */
public final class ScriptedTool implements Tool {
    private final ToolSpec spec;
    private final Deque<Step> script = new ArrayDeque<>(); // guarded by this
    private final List<ToolCall> calls = new CopyOnWriteArrayList<>();

    private ScriptedTool(String name, Effect effect) {
        var schema = (JsonObject) JsonValue.of(Map.of("type", "object"));
        spec = new ToolSpec(name, "1", "scripted", schema, effect, Set.of(), ToolSpec.DEFAULT_TIMEOUT);
    }

    /** {@return a tool of this name whose calls have effects} */
    public static ScriptedTool named(String name) {
        return new ScriptedTool(name, Effect.EFFECT);
    }

    /** {@return a tool of this name and effect class} */
    public static ScriptedTool named(String name, Effect effect) {
        return new ScriptedTool(name, effect);
    }

    /** Gives this value next: a string, number, boolean, list, map or JSON. */
    public ScriptedTool returns(@Nullable Object value) {
        var result = ToolResult.Ok.of(JsonValue.of(value));
        return then((call, context) -> result);
    }

    /** Fails next. */
    public ScriptedTool fails(String reason) {
        return then((call, context) -> new ToolResult.Failed(reason, ErrorCode.TOOL_FAILED));
    }

    /** Throws next. */
    public ScriptedTool throwing(Exception failure) {
        return then((call, context) -> {
            throw failure;
        });
    }

    /** Does this next. */
    public synchronized ScriptedTool then(Step step) {
        script.add(step);
        return this;
    }

    /** {@return what it was called with, in order} */
    public List<ToolCall> calls() {
        return List.copyOf(calls);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult invoke(ToolCall call, ToolContext context) throws Exception {
        calls.add(call);
        return next().act(call, context);
    }

    private synchronized Step next() {
        if (script.isEmpty()) {
            throw new IllegalStateException("the script of tool '" + spec.name() + "' is empty");
        }
        return script.size() > 1 ? script.remove() : script.element();
    }

    /** One line of a script. */
    @FunctionalInterface
    public interface Step {
        /** {@return what the call gives} */
        ToolResult act(ToolCall call, ToolContext context) throws Exception;
    }
}
