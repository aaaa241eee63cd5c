package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcClient;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code events}. */
@Command(
        name = "events",
        description = "Show facts about the system, oldest first: the newest 100, or all since a number or a time.")
final class EventsCommand extends AgentCommands.Base {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final int NEWEST = 100;
    private static final int PAGE = 500;

    @Option(names = "--follow", description = "Go on with what comes, until interrupted. With --json, one a line.")
    private boolean follow;

    @Option(names = "--type", paramLabel = "T", description = "Only this type, as in agent.state or agent.**.")
    private @Nullable String type;

    @Option(
            names = "--agent",
            paramLabel = "A",
            description = "Only about this agent: its id, its name, or a pattern as in desk/**.")
    private @Nullable String agent;

    @Option(names = "--conversation", paramLabel = "ID", description = "Only of this conversation.")
    private @Nullable Long conversation;

    @Option(
            names = "--since",
            paramLabel = "N|T",
            description = "Only those after this number, or from this time on, as in 2026-01-01T12:00 or 10m (ago).")
    private @Nullable String since;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "At most so many: the newest, or with --since the first of them.")
    private @Nullable Integer limit;

    @Override
    public Integer call() {
        if (limit != null && (follow || limit < 1)) {
            throw new Failure(Codes.USAGE, follow ? "--follow has no --limit" : "--limit is at least 1: " + limit);
        }
        JsonObject params = params();
        try (var daemon = root().connect()) {
            if (follow) {
                daemon.call("event.follow", params, (name, told) -> tell(told.at("events")));
                return ExitCode.DONE;
            }
            List<JsonValue> events = since == null ? newest(daemon, params) : first(daemon, params);
            root().output().print(JsonObject.builder().put("events", events).build(), text(events));
        }
        return ExitCode.DONE;
    }

    private JsonObject params() {
        var params = JsonObject.builder();
        if (type != null) {
            params.put("type", type);
        }
        if (agent != null) {
            params.put("agent", agent);
        }
        if (conversation != null) {
            params.put("conversation", conversation);
        }
        if (since != null) {
            try {
                boolean number = NUMBER.matcher(since).matches();
                params.put(
                        number ? "after" : "since",
                        number ? Long.valueOf(since) : Times.moment(since).toString());
                if (!number) {
                    params.put("after", 0);
                }
            } catch (IllegalArgumentException e) {
                throw new Failure(Codes.USAGE, "--since takes a number or a time; " + e.getMessage());
            }
        }
        return params.build();
    }

    private List<JsonValue> newest(RpcClient daemon, JsonObject params) {
        JsonObject asked = params.with("limit", Math.min(PAGE, limit == null ? NEWEST : limit));
        return daemon.call("event.newest", asked).at("events").asArray().elements();
    }

    private List<JsonValue> first(RpcClient daemon, JsonObject params) {
        long most = limit == null ? Long.MAX_VALUE : limit;
        var events = new ArrayList<JsonValue>();
        JsonObject asked = params;
        boolean more = true;
        while (more && events.size() < most) {
            JsonObject page = daemon.call("event.read", asked.with("limit", Math.min(PAGE, most - events.size())));
            events.addAll(page.at("events").asArray().elements());
            more = page.at("more").bool();
            asked = asked.with("after", page.at("after"));
        }
        return events;
    }

    private void tell(JsonValue events) {
        List<JsonValue> list = events.asArray().elements();
        if (root().output().isJson()) {
            list.forEach(event -> root().output().print(event.asObject(), ""));
        } else {
            root().output().print(JsonObject.EMPTY, text(list));
        }
    }

    private static String text(List<JsonValue> events) {
        return events.stream().map(EventsCommand::line).collect(Collectors.joining());
    }

    private static String line(JsonValue event) {
        String who = event.at("agent").isNull() ? "system" : event.at("agent").text();
        String conversation = event.at("conversation").isNull() ? "" : " [" + event.at("conversation") + "]";
        return event.at("sequence") + "  " + Times.millis(event.at("time").text()) + "  "
                + PlainText.of(who + conversation + "  " + event.at("type").text() + "  "
                        + event.at("text").text()) + "\n";
    }
}
