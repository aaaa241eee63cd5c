package dev.agentos.cli.daemon;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.NameTakenException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcCall;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** {@code agent.spawn}. */
final class SpawnMethod implements Handler {
    private static final int MOST_OF_A_NAME = 10_000;
    private static final int LONG_DIGITS = 18;

    private final AgentOS os;

    SpawnMethod(AgentOS os) {
        this.os = os;
    }

    @Override
    public JsonObject handle(RpcCall call) throws IOException, InterruptedException {
        var params = new Params(
                call, "file", "template", "name", "params", "args", "grants", "wait", "durable", "subscribe");
        boolean wait = params.flag("wait"); // first: a call that is refused must not have spawned anything
        AgentHandle agent = spawn(params, spec(params));
        if (!wait) {
            return JsonObject.builder().put("agent", agent.id().toString()).build();
        }
        call.tell(
                "agent.spawned",
                JsonObject.builder().put("agent", agent.id().toString()).build());
        return AgentMethods.exit(agent, await(agent));
    }

    /** By its stage and not by {@code await()}: that throws what is no interrupt when the peer goes. */
    private static Exit await(AgentHandle agent) throws InterruptedException {
        try {
            return agent.onExit().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exit is a value", e);
        }
    }

    private AgentHandle spawn(Params params, AgentSpec spec) {
        if (params.has("name") || params.has("file")) {
            return os.spawn(spec);
        }
        // The name of a template is nobody's choice, so the second agent of it does not fail but gets another one.
        for (int i = 2; ; i++) {
            try {
                return os.spawn(i == 2 ? spec : spec.named(spec.name() + "-" + (i - 1)));
            } catch (NameTakenException e) {
                if (i > MOST_OF_A_NAME) {
                    throw e;
                }
            }
        }
    }

    private AgentSpec spec(Params params) {
        boolean durable = params.flag("durable");
        if (params.has("file") == params.has("template")) {
            throw new Failure(Codes.PARAMS_INVALID, "agent.spawn: either 'file' or 'template' says what to spawn");
        }
        Map<String, Object> values = values(params);
        AgentSpec read = params.has("file")
                ? os.load(path(params.text("file")), values)
                : os.template(params.text("template"), values);
        try {
            AgentSpec named = params.optionalText("name").map(read::named).orElse(read);
            AgentSpec.Builder spec = named.toBuilder();
            params.texts("grants").forEach(spec::grant);
            params.texts("subscribe").forEach(spec::subscribe);
            if (durable) {
                spec.durable();
            }
            return spec.build();
        } catch (IllegalArgumentException e) {
            throw new Failure(Codes.PARAMS_INVALID, String.valueOf(e.getMessage()));
        }
    }

    /** The daemon runs elsewhere than the client: a relative path would mean another file. */
    private static Path path(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new Failure(Codes.PARAMS_INVALID, "agent.spawn: " + e.getMessage());
        }
        throw new Failure(Codes.PARAMS_INVALID, "agent.spawn: 'file' must be an absolute path: " + text);
    }

    private static Map<String, Object> values(Params params) {
        var values = new LinkedHashMap<String, Object>();
        params.object("params").members().forEach((name, value) -> {
            Object plain = plain(value);
            if (plain == null) {
                throw new Failure(Codes.PARAMS_INVALID, "agent.spawn: parameter '" + name + "' is null");
            }
            values.put(name, plain);
        });
        List<String> args = params.texts("args");
        if (!args.isEmpty()) {
            values.put("args", args);
        }
        return values;
    }

    /** Java data as an agent file gives it: whole numbers are {@code Integer} or {@code Long}. */
    static @Nullable Object plain(JsonValue value) {
        return switch (value) {
            case JsonObject(var members) -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                members.forEach((name, member) -> map.put(name, plain(member)));
                yield map;
            }
            case JsonArray(var elements) ->
                elements.stream().map(SpawnMethod::plain).toList();
            case JsonNumber(var number) -> number(number);
            default -> value.toJava();
        };
    }

    private static Object number(BigDecimal number) {
        if (number.scale() > 0 || number.precision() - number.scale() > LONG_DIGITS) {
            return number;
        }
        long whole = number.longValueExact();
        if (whole == (int) whole) {
            return (int) whole;
        }
        return whole;
    }
}
