package dev.agentos.cli.daemon;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentOS;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.RpcCall;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** {@code log.*}. */
final class LogMethods {
    private static final int MOST_AT_ONCE = 500;
    /** The action log cannot be subscribed to, so whoever follows it looks this often for what no event tells. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final AgentOS os;
    private final AgentFinder finder;

    LogMethods(AgentOS os) {
        this.os = os;
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
        List<LogEntry> page = next(reader);
        while (!page.isEmpty()) {
            tell(call, page, agent);
            page = next(reader);
        }
        try (var feed = EventFeed.of(os.events().publisher(EventFilter.all(), reader.lastEvent()))) {
            boolean more = true;
            while (more) {
                more = followOn(call, agent, reader, feed);
            }
        }
        return JsonObject.builder().put("ended", "the daemon stopped").build();
    }

    /** Whoever comes when the daemon is stopping finds nothing to read any more. */
    private static List<LogEntry> next(LogReader reader) {
        try {
            return reader.next(MOST_AT_ONCE);
        } catch (StorageException e) {
            return Plain.orIfClosed(e, List.of());
        }
    }

    /** Waits for news and tells them. Almost every action is followed by an event of it; those that are not are looked for. */
    private static boolean followOn(RpcCall call, @Nullable AgentId agent, LogReader reader, EventFeed feed)
            throws IOException, InterruptedException {
        try {
            List<Event> events = feed.take(LOOK.toMillis());
            if (events.isEmpty()) {
                return false;
            }
            tell(call, news(reader, events), agent);
        } catch (TimeoutException quiet) {
            tell(call, news(reader, List.of()), agent);
        }
        return true;
    }

    /** The last events come when the store is closed already. */
    private static List<LogEntry> news(LogReader reader, List<Event> events) {
        try {
            return reader.next(events, MOST_AT_ONCE);
        } catch (StorageException e) {
            return Plain.orIfClosed(e, events.stream().map(LogEntry::of).toList());
        }
    }

    private static void tell(RpcCall call, List<LogEntry> page, @Nullable AgentId agent) throws IOException {
        List<JsonObject> documents = documents(page, agent);
        if (!documents.isEmpty()) {
            call.tell(
                    "log.entries",
                    JsonObject.builder().put("entries", documents).build());
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
