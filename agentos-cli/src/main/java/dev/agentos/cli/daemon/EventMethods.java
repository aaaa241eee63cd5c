package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.RpcCall;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;

/** {@code event.*}. */
final class EventMethods {
    private static final int MOST_AT_ONCE = 500;
    private static final String[] PARAMS = {"type", "agent", "conversation", "since", "after", "limit"};

    private final AgentOS os;

    EventMethods(AgentOS os) {
        this.os = os;
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("event.read", this::read);
        methods.put("event.newest", this::newest);
        methods.put("event.follow", this::follow);
    }

    /** Those after a number, oldest first. */
    private JsonObject read(RpcCall call) {
        var params = new Params(call, PARAMS);
        int limit = limit(params);
        List<Event> page = os.events().history(filter(params), after(params, 0), limit);
        return JsonObject.builder()
                .put("events", documents(page))
                .put("after", page.isEmpty() ? after(params, 0) : page.getLast().sequence())
                .put("more", page.size() >= limit)
                .build();
    }

    /** The last so many, oldest first. The history is read from its end, piece by piece: it may be long. */
    private JsonObject newest(RpcCall call) {
        var params = new Params(call, PARAMS);
        EventFilter filter = filter(params);
        int limit = limit(params);
        var found = new ArrayDeque<Event>();
        long last = os.events().lastSequence();
        long piece = MOST_AT_ONCE;
        while (last > 0 && found.size() < limit) {
            long first = Math.max(0, last - piece);
            addBefore(found, os.events().history(filter, first, (int) (last - first)), last);
            last = first;
            piece = Math.min(2 * piece, 100 * MOST_AT_ONCE);
        }
        List<Event> newest =
                found.stream().skip(Math.max(0, found.size() - limit)).toList();
        return JsonObject.builder().put("events", documents(newest)).build();
    }

    /** Puts those up to a number before what was found later. */
    private static void addBefore(ArrayDeque<Event> found, List<Event> piece, long last) {
        piece.reversed().stream().filter(event -> event.sequence() <= last).forEach(found::addFirst);
    }

    /** Tells of each event after a number, or from now on, until the caller goes or the daemon stops. */
    private JsonObject follow(RpcCall call) throws IOException, InterruptedException {
        var params = new Params(call, PARAMS);
        var stream = os.events().publisher(filter(params), after(params, last()));
        try (var feed = EventFeed.of(stream)) {
            List<Event> events = feed.take();
            while (!events.isEmpty()) {
                call.tell(
                        "event.events",
                        JsonObject.builder().put("events", documents(events)).build());
                events = feed.take();
            }
        }
        return JsonObject.builder().put("ended", "the daemon stopped").build();
    }

    private long last() {
        try {
            return os.events().lastSequence();
        } catch (StorageException e) {
            return Plain.orIfClosed(e, 0L);
        }
    }

    private static int limit(Params params) {
        return (int) Math.max(1, params.count("limit", MOST_AT_ONCE, MOST_AT_ONCE));
    }

    private static long after(Params params, long otherwise) {
        return params.count("after", otherwise, Long.MAX_VALUE);
    }

    private static EventFilter filter(Params params) {
        return Plain.checked(() -> {
            EventFilter filter = EventFilter.type(params.optionalText("type").orElse("**"));
            String agent = params.optionalText("agent").orElse("");
            int incarnation = agent.indexOf('#');
            if (incarnation >= 0) {
                filter = filter.agents(agent.substring(0, incarnation))
                        .where(event -> agent.equals(String.valueOf(event.agent())));
            } else if (!agent.isEmpty()) {
                filter = filter.agents(agent);
            }
            if (params.has("conversation")) {
                filter = filter.correlation(params.count("conversation", 0, Long.MAX_VALUE));
            }
            var since = params.moment("since");
            return since.isEmpty()
                    ? filter
                    : filter.where(event -> !event.time().isBefore(since.get()));
        });
    }

    private static List<JsonObject> documents(List<Event> events) {
        return events.stream().map(EventDocument::of).toList();
    }
}
