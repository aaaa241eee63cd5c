package dev.agentos.isolated.child;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.OnRevoke;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.api.tool.Tools;
import dev.agentos.isolated.wire.Failures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tools, which run in the host. */
final class RemoteTools implements Tools {
    private final RemoteContext context;

    RemoteTools(RemoteContext context) {
        this.context = context;
    }

    @Override
    public List<ToolSpec> available() {
        return context.ask(Connection.call("tools.available")).asArray().elements().stream()
                .map(RemoteTools::spec)
                .toList();
    }

    private static ToolSpec spec(JsonValue said) {
        return new ToolSpec(
                said.at("name").text(),
                said.at("version").text(),
                said.at("description").text(),
                said.at("inputSchema").asObject(),
                Effect.valueOf(said.at("effect").text()),
                Set.copyOf(Texts.of(said.at("attributes"))),
                Duration.parse(said.at("timeout").text()),
                OnRevoke.valueOf(said.at("onRevoke").text()),
                said.at("untrusted").bool());
    }

    @Override
    public ToolResult.Ok call(String tool, Map<String, ?> arguments) {
        return call(tool, context.host().json().toJson(arguments));
    }

    @Override
    public ToolResult.Ok call(String tool, Record arguments) {
        return call(tool, context.host().json().toJson(arguments));
    }

    private ToolResult.Ok call(String tool, JsonValue arguments) {
        return (ToolResult.Ok) result(
                context.ask(Connection.call("tools.call").put("tool", tool).put("arguments", arguments)));
    }

    @Override
    public ToolResult tryCall(String tool, String jsonArguments) {
        JsonObject.Builder question =
                Connection.call("tools.tryCall").put("tool", tool).put("arguments", jsonArguments);
        return result(context.ask(question));
    }

    private ToolResult result(JsonValue said) {
        String text = said.at("text").text();
        return switch (said.at("kind").text()) {
            case "ok" ->
                new ToolResult.Ok(
                        text,
                        said.at("value"),
                        context.host().json().fromJson(said.at("confinement"), Confinement.class));
            case "failed" ->
                new ToolResult.Failed(text, ErrorCode.valueOf(said.at("code").text()));
            default ->
                new ToolResult.Denied(
                        text,
                        Failures.action(said.at("action")),
                        said.at("missing").text());
        };
    }
}
