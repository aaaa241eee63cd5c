package dev.agentos.isolated;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.api.tool.Tools;
import dev.agentos.isolated.wire.Failures;

/** Calls tools for a process. */
final class ToolRequests {
    private final JsonProvider json;

    ToolRequests(JsonProvider json) {
        this.json = json;
    }

    JsonValue perform(Asked asked, Tools tools) {
        return switch (asked.call()) {
            case "tools.call" ->
                out(tools.call(asked.text("tool"), asked.object("arguments").members()));
            case "tools.tryCall" -> out(tools.tryCall(asked.text("tool"), asked.text("arguments")));
            case "tools.available" ->
                new JsonArray(
                        tools.available().stream().<JsonValue>map(this::out).toList());
            default -> throw new Violation("nobody knows a call '" + Asked.shown(asked.call()) + "'");
        };
    }

    private JsonObject out(ToolResult result) {
        return switch (result) {
            case ToolResult.Ok ok ->
                JsonObject.builder()
                        .put("kind", "ok")
                        .put("text", ok.text())
                        .put("value", ok.value())
                        .put("confinement", json.toJson(ok.confinement()))
                        .build();
            case ToolResult.Failed failed ->
                JsonObject.builder()
                        .put("kind", "failed")
                        .put("text", failed.text())
                        .put("code", failed.code())
                        .build();
            case ToolResult.Denied denied ->
                JsonObject.builder()
                        .put("kind", "denied")
                        .put("text", denied.text())
                        .put("action", Failures.out(denied.action()))
                        .put("missing", denied.missing())
                        .build();
        };
    }

    private JsonObject out(ToolSpec spec) {
        return JsonObject.builder()
                .put("name", spec.name())
                .put("version", spec.version())
                .put("description", spec.description())
                .put("inputSchema", spec.inputSchema())
                .put("effect", spec.effect())
                .put("attributes", spec.attributes())
                .put("timeout", spec.timeout().toString())
                .put("onRevoke", spec.onRevoke())
                .put("untrusted", spec.untrusted())
                .build();
    }
}
