package dev.agentos.cli.daemon;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentOS;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.RpcCall;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code log.*}. */
final class LogMethods {
    private static final int MOST_AT_ONCE = 500;
    /** The action log cannot be subscribed to, so whoever follows it looks for news this often. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final AgentOS os;
    private final Daemon daemon;
    private final AgentFinder finder;

    LogMethods(AgentOS os, Daemon daemon) {
        this.os = os;
        this.daemon = daemon;
        this.finder = new AgentFinder(os);
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("log.read", this::read);
        methods.put("log.follow", this::follow);
    }

    private JsonObject read(RpcCall call) {
        var params = new Params(call, "agent", "afterAction", "afterEvent");
        AgentId agent = agent(params);
        LogReader reader = reader(params);
        List<LogEntry> page = reader.next(MOST_AT_ONCE);
        return JsonObject.builder()
                .put("entries", documents(page, agent))
                .put("afterAction", reader.lastAction())
                .put("afterEvent", reader.lastEvent())
                .put("more", page.size() >= MOST_AT_ONCE)
                .build();
    }

    /** Tells what there is and what comes, until the caller goes or the daemon stops. */
    private JsonObject follow(RpcCall call) throws IOException, InterruptedException {
        var params = new Params(call, "agent", "afterAction", "afterEvent");
        AgentId agent = agent(params);
        LogReader reader = reader(params);
        boolean stopping = false;
        while (true) {
            List<LogEntry> page = reader.next(MOST_AT_ONCE);
            List<JsonObject> documents = documents(page, agent);
            if (!documents.isEmpty()) {
                call.tell(
                        "log.entries",
                        JsonObject.builder().put("entries", documents).build());
            }
            if (page.isEmpty()) {
                if (stopping) {
                    return JsonObject.builder()
                            .put("ended", "the daemon stopped")
                            .build();
                }
                stopping = daemon.awaitStopping(LOOK);
            }
        }
    }

    private @Nullable AgentId agent(Params params) {
        return params.optionalText("agent").map(text -> finder.find(text).id()).orElse(null);
    }

    private LogReader reader(Params params) {
        return new LogReader(
                os, params.count("afterAction", 0, Long.MAX_VALUE), params.count("afterEvent", 0, Long.MAX_VALUE));
    }

    private static List<JsonObject> documents(List<LogEntry> page, @Nullable AgentId agent) {
        return page.stream()
                .filter(LogEntry::isWanted)
                .filter(entry -> agent == null || entry.concerns(agent))
                .map(LogEntry::document)
                .toList();
    }
}
