package dev.agentos.tools.annotated;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.tool.Doc;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolMethod;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tool whose implementation is a method. */
final class MethodTool implements Tool {
    private final ToolSpec spec;
    private final Object target;
    private final Method method;
    private final JsonProvider json;
    private final List<Input> inputs;

    /** One parameter of the method. */
    private sealed interface Input {
        /** Filled with the context of the call. */
        record Context() implements Input {}

        /** Filled from an argument; {@code type} is what is inside the {@code Optional} of one that may be left out. */
        record Argument(String name, Type type, boolean optional, String description) implements Input {}
    }

    private MethodTool(ToolSpec spec, Object target, Method method, JsonProvider json, List<Input> inputs) {
        this.spec = spec;
        this.target = target;
        this.method = method;
        this.json = json;
        this.inputs = List.copyOf(inputs);
    }

    static MethodTool of(String name, Object target, Method method, JsonProvider json) {
        if (!method.trySetAccessible()) {
            throw new IllegalArgumentException("the method " + method + " cannot be called; add 'opens "
                    + method.getDeclaringClass().getPackageName() + " to dev.agentos.tools;' to the module '"
                    + method.getDeclaringClass().getModule().getName() + "'");
        }
        ToolMethod annotation = method.getAnnotation(ToolMethod.class);
        List<Input> inputs =
                Arrays.stream(method.getParameters()).map(MethodTool::input).toList();
        var spec = new ToolSpec(
                name,
                annotation.version(),
                annotation.value(),
                schema(method, arguments(inputs), json),
                annotation.effect(),
                arguments(inputs).stream().map(Input.Argument::name).collect(Collectors.toSet()),
                timeout(annotation, method),
                annotation.onRevoke(),
                annotation.untrusted());
        return new MethodTool(spec, target, method, json, inputs);
    }

    private static Input input(Parameter parameter) {
        if (parameter.getType() == ToolContext.class) {
            return new Input.Context();
        }
        if (!parameter.isNamePresent()) {
            throw new IllegalArgumentException("the names of the parameters of " + parameter.getDeclaringExecutable()
                    + " are unknown; compile with -parameters");
        }
        Doc doc = parameter.getAnnotation(Doc.class);
        boolean optional = parameter.getType() == Optional.class;
        Type type = parameter.getParameterizedType();
        if (optional) {
            if (!(type instanceof ParameterizedType parameterized)) {
                throw new IllegalArgumentException("the parameter '" + parameter.getName() + "' of "
                        + parameter.getDeclaringExecutable() + " is an Optional of nothing in particular");
            }
            type = parameterized.getActualTypeArguments()[0];
        }
        return new Input.Argument(parameter.getName(), type, optional, doc == null ? "" : doc.value());
    }

    private static List<Input.Argument> arguments(List<Input> inputs) {
        return inputs.stream()
                .filter(Input.Argument.class::isInstance)
                .map(Input.Argument.class::cast)
                .toList();
    }

    private static JsonObject schema(Method method, List<Input.Argument> arguments, JsonProvider json) {
        var properties = new LinkedHashMap<String, JsonValue>();
        for (Input.Argument argument : arguments) {
            try {
                JsonObject schema = json.schemaOf(argument.type());
                properties.put(
                        argument.name(),
                        argument.description().isEmpty() ? schema : schema.with("description", argument.description()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "the parameter '" + argument.name() + "' of " + method + ": " + e.getMessage(), e);
            }
        }
        List<String> required = arguments.stream()
                .filter(argument -> !argument.optional())
                .map(Input.Argument::name)
                .toList();
        return JsonObject.builder()
                .put("type", "object")
                .put("properties", new JsonObject(properties))
                .put("required", required)
                .put("additionalProperties", false)
                .build();
    }

    private static Duration timeout(ToolMethod annotation, Method method) {
        try {
            return Duration.parse(annotation.timeout());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "the timeout of " + method + " is no ISO-8601 duration: '" + annotation.timeout() + "'", e);
        }
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    /** Where it comes from: what a developer looks for who has two tools of one name. */
    @Override
    public String toString() {
        return "the method " + method.getName() + " of " + target.getClass().getName();
    }

    @Override
    public ToolResult invoke(ToolCall call, ToolContext context) throws Exception {
        @Nullable Object[] values = new Object[inputs.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (inputs.get(i)) {
                case Input.Context _ -> context;
                case Input.Argument argument -> value(argument, call.arguments());
            };
        }
        Object result;
        try {
            result = method.invoke(target, values);
        } catch (InvocationTargetException e) {
            throw unwrap(e);
        }
        if (result instanceof ToolResult finished) {
            return finished;
        }
        return ToolResult.Ok.of(result == null ? JsonValue.of(null) : json.toJson(result));
    }

    private @Nullable Object value(Input.Argument argument, JsonObject arguments) {
        JsonValue given = arguments.get(argument.name()).orElse(null);
        if (argument.optional()) {
            return given == null || given.isNull()
                    ? Optional.empty()
                    : Optional.ofNullable(json.fromJson(given, argument.type()));
        }
        if (given == null) {
            throw new IllegalArgumentException("the argument '" + argument.name() + "' is missing");
        }
        return json.fromJson(given, argument.type());
    }

    /** What the method threw, and not the wrapper that reflection puts around it. */
    private static Exception unwrap(InvocationTargetException e) {
        return switch (e.getCause()) {
            case Error error -> throw error;
            case Exception cause -> cause;
            case null, default -> e;
        };
    }
}
