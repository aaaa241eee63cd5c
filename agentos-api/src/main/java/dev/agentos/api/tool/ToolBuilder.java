package dev.agentos.api.tool;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Collects the parts of a tool whose arguments are a record. Not thread-safe.
 *
 * @param <A> the record of arguments
 * @since 0.1
 */
public final class ToolBuilder<A extends Record> {
    private final String name;
    private final Class<A> arguments;
    private final Map<String, Function<A, ?>> derived = new LinkedHashMap<>();
    private String version = "1";
    private String description = "";
    private Effect effect = Effect.EFFECT;
    private Duration timeout = ToolSpec.DEFAULT_TIMEOUT;
    private OnRevoke onRevoke = OnRevoke.FINISH;
    private boolean untrusted;
    private @Nullable Handler<A> handler;

    ToolBuilder(String name, Class<A> arguments) {
        this.name = Objects.requireNonNull(name, "name");
        this.arguments = Objects.requireNonNull(arguments, "arguments");
    }

    /**
     * Performs one call.
     *
     * @param <A> the record of arguments
     */
    @FunctionalInterface
    public interface Handler<A> {
        /** {@return the value of the call: a record, a list, a map, a string, a number, a boolean, or JSON} */
        Object handle(A arguments, ToolContext context) throws Exception;
    }

    /** What it does, for whoever chooses a tool. */
    public ToolBuilder<A> description(String text) {
        description = Objects.requireNonNull(text, "text");
        return this;
    }

    /** Changes when the schema or the meaning does; {@code 1} unless said. */
    public ToolBuilder<A> version(String text) {
        version = Objects.requireNonNull(text, "text");
        return this;
    }

    /** What calling it does to the world; {@link Effect#EFFECT} unless said. */
    public ToolBuilder<A> effect(Effect what) {
        effect = Objects.requireNonNull(what, "what");
        return this;
    }

    /** One more attribute that a capability may constrain, computed from the arguments, such as a notional. */
    public ToolBuilder<A> attribute(String key, Function<A, ?> value) {
        derived.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** How long a call may take; 1 minute unless said. */
    public ToolBuilder<A> timeout(Duration limit) {
        timeout = Objects.requireNonNull(limit, "limit");
        return this;
    }

    /** What becomes of a call in flight when a grant behind it is revoked; {@link OnRevoke#FINISH} unless said. */
    public ToolBuilder<A> onRevoke(OnRevoke what) {
        onRevoke = Objects.requireNonNull(what, "what");
        return this;
    }

    /** Says that what it returns may be written by strangers; see {@link ToolSpec#untrusted}. */
    public ToolBuilder<A> untrusted() {
        untrusted = true;
        return this;
    }

    /** What performs a call. */
    public ToolBuilder<A> handler(Handler<A> performs) {
        handler = Objects.requireNonNull(performs, "performs");
        return this;
    }

    /**
     * {@return the tool}
     *
     * @throws IllegalArgumentException if there is no handler, or the record has a component that JSON cannot carry
     */
    public Tool build() {
        if (handler == null) {
            throw new IllegalArgumentException("tool '" + name + "' has no handler");
        }
        var json = Providers.json();
        var attributes = Arrays.stream(arguments.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
        attributes.addAll(derived.keySet());
        JsonObject schema = json.schemaOf(arguments);
        var spec = new ToolSpec(name, version, description, schema, effect, attributes, timeout, onRevoke, untrusted);
        return new RecordTool<>(spec, json, arguments, Map.copyOf(derived), handler);
    }

    private record RecordTool<A extends Record>(
            ToolSpec spec, JsonProvider json, Class<A> type, Map<String, Function<A, ?>> derived, Handler<A> handler)
            implements Tool {
        @Override
        public List<Action> describe(ToolCall call) {
            List<Action> described = Tool.super.describe(call);
            if (derived.isEmpty()) {
                return described;
            }
            Action action = described.getFirst();
            A typed = json.fromJson(call.arguments(), type);
            for (var attribute : derived.entrySet()) {
                action = action.with(attribute.getKey(), attribute.getValue().apply(typed));
            }
            return List.of(action);
        }

        @Override
        public ToolResult invoke(ToolCall call, ToolContext context) throws Exception {
            Object value = handler.handle(json.fromJson(call.arguments(), type), context);
            if (value instanceof ToolResult result) {
                return result;
            }
            JsonValue converted = json.toJson(value);
            return ToolResult.Ok.of(converted);
        }

        /** Where it comes from: what a developer looks for who has two tools of one name. */
        @Override
        public String toString() {
            String written = handler.getClass().getName();
            int lambda = written.indexOf("$$Lambda");
            return "the handler in " + (lambda < 0 ? written : written.substring(0, lambda)) + " for " + type.getName();
        }
    }
}
