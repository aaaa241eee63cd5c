package dev.agentos.wasm;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.tool.ToolContext;
import java.util.concurrent.atomic.AtomicInteger;

/** A host function that says which key it was asked for, and counts. */
class Lookup implements HostFunction {
    final AtomicInteger performed = new AtomicInteger();

    @Override
    public Action action(JsonObject arguments) {
        String key = arguments.get("key").map(JsonValue::text).orElse("any");
        return Action.of("catalogue:" + key, "read");
    }

    @Override
    public JsonValue perform(JsonObject arguments, ToolContext context) throws Exception {
        performed.incrementAndGet();
        return JsonObject.builder().put("found", arguments).build();
    }
}
