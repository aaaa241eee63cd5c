package dev.agentos.isolated;

import dev.agentos.api.AgentContext;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.Note;
import dev.agentos.api.memory.WorkingMemory;
import dev.agentos.api.spi.JsonProvider;
import java.time.Duration;
import java.util.UUID;

/** Reads and writes memories for a process: values by key, and texts that are found by their words. */
final class MemoryRequests {
    private final JsonProvider json;

    MemoryRequests(JsonProvider json) {
        this.json = json;
    }

    JsonValue perform(Asked asked, AgentContext context) {
        Memory memory = asked.has("namespace") ? context.memory(asked.text("namespace")) : context.memory();
        return switch (asked.call()) {
            case "memory.get", "memory.version", "memory.put", "memory.putIf", "memory.remove", "memory.keys" ->
                working(asked, memory.working(asked.text("session")));
            case "memory.namespace" -> JsonValue.of(memory.namespace());
            default -> longTerm(asked, memory.longTerm());
        };
    }

    private JsonValue working(Asked asked, WorkingMemory working) {
        return switch (asked.call()) {
            case "memory.get" -> working.get(asked.text("key"), JsonValue.class).orElse(JsonNull.NULL);
            case "memory.version" -> JsonValue.of(working.version(asked.text("key")));
            case "memory.put" -> {
                Duration life = asked.optionalDuration("timeToLive");
                yield JsonValue.of(
                        life == null
                                ? working.put(asked.text("key"), asked.value("value"))
                                : working.put(asked.text("key"), asked.value("value"), life));
            }
            case "memory.putIf" ->
                JsonValue.of(working.putIfVersion(asked.text("key"), asked.value("value"), asked.number("version"))
                        .orElse(null));
            case "memory.remove" -> JsonValue.of(working.remove(asked.text("key")));
            default -> JsonValue.of(working.keys());
        };
    }

    private JsonValue longTerm(Asked asked, LongTermMemory memory) {
        return switch (asked.call()) {
            case "memory.remember" ->
                JsonValue.of(memory.remember(json.fromJson(asked.object("note"), Note.class))
                        .toString());
            case "memory.recall" ->
                new JsonArray(memory.recall(asked.text("text"), (int) Math.min(asked.number("limit"), 1_000)).stream()
                        .<JsonValue>map(this::out)
                        .toList());
            case "memory.size" -> JsonValue.of(memory.size());
            case "memory.forget" -> JsonValue.of(memory.forget(UUID.fromString(asked.text("id"))));
            case "memory.purge" -> JsonValue.of(memory.purge(UUID.fromString(asked.text("id"))));
            default -> throw new Violation("nobody knows a call '" + Asked.shown(asked.call()) + "'");
        };
    }

    private JsonObject out(Hit hit) {
        return JsonObject.builder()
                .put("entry", json.toJson(hit.entry()))
                .put("score", hit.score())
                .put("why", json.toJson(hit.why()))
                .build();
    }
}
