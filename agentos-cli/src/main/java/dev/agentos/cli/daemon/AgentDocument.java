package dev.agentos.cli.daemon;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentId;
import dev.agentos.api.AgentInfo;
import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.Rate;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An agent as a document. Its fields and their order are part of the contract with scripts. */
final class AgentDocument {
    private AgentDocument() {}

    /** What a list shows. */
    static JsonObject summary(AgentInfo info) {
        return start(info).build();
    }

    /** All that is known. */
    static JsonObject full(AgentHandle agent) {
        AgentInfo info = agent.info();
        CompletableFuture<Exit> exit = agent.onExit().toCompletableFuture();
        return start(info)
                .put("spawned", info.spawned().toString())
                .put("labels", new TreeMap<>(info.labels()))
                .put("grants", info.grants())
                .put("limits", limits(info.limits()))
                .put("used", amounts(info.used()))
                .put(
                        "children",
                        agent.children().stream()
                                .map(AgentHandle::id)
                                .map(AgentId::toString)
                                .toList())
                .put("exit", exit.isDone() ? ExitDocument.of(exit.join()) : new JsonNull())
                .put("carriersLost", info.carriersLost())
                .put("revived", info.revived())
                .build();
    }

    private static JsonObject.Builder start(AgentInfo info) {
        return JsonObject.builder()
                .put("id", info.id().toString())
                .put("state", info.state().name())
                .put("reason", info.reason())
                .put("requested", info.requested().name())
                .put("since", info.since().toString())
                .put("owner", info.owner().toString())
                .put("pending", info.pending())
                .put("restarts", info.restarts())
                .put("durable", info.durable());
    }

    private static JsonObject limits(Limits limits) {
        return JsonObject.builder()
                .put("max", amounts(limits.max()))
                .put("toolCallRate", rate(limits.toolCallRate()))
                .put("onExceed", limits.onExceed().name())
                .build();
    }

    private static JsonValue rate(@Nullable Rate rate) {
        return rate == null
                ? new JsonNull()
                : JsonObject.builder()
                        .put("count", rate.count())
                        .put("windowMillis", rate.window().toMillis())
                        .build();
    }

    private static Map<String, BigDecimal> amounts(Map<Limit, BigDecimal> amounts) {
        var named = new LinkedHashMap<String, BigDecimal>();
        new TreeMap<>(amounts).forEach((limit, amount) -> named.put(limit.name(), amount));
        return named;
    }
}
