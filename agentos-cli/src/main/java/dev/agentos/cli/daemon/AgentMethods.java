package dev.agentos.cli.daemon;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.PauseResult;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcCall;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code agent.*}, except {@code agent.spawn}. */
final class AgentMethods {
    /** Grace period of a stop that names none. */
    static final Duration GRACE = Duration.ofSeconds(10);
    /** How long a pause is waited for; the request stays. */
    private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(5);

    private static final int MOST_AT_ONCE = 1_000;

    private final AgentOS os;
    private final AgentFinder finder;

    AgentMethods(AgentOS os) {
        this.os = os;
        this.finder = new AgentFinder(os);
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("agent.list", this::list);
        methods.put("agent.status", this::status);
        methods.put("agent.pause", this::pause);
        methods.put("agent.resume", this::resume);
        methods.put("agent.stop", this::stop);
        methods.put("agent.terminate", this::terminate);
    }

    private JsonObject list(RpcCall call) {
        var params = new Params(call, "state", "after", "limit");
        Optional<AgentState> state = params.optionalText("state").map(AgentMethods::state);
        String after = params.optionalText("after").orElse("");
        int limit = (int) Math.max(1, params.count("limit", MOST_AT_ONCE, MOST_AT_ONCE));
        var page = os.agents(AgentSelector.all()).stream()
                .filter(agent -> agent.id().toString().compareTo(after) > 0)
                .sorted(Comparator.comparing(agent -> agent.id().toString()))
                .filter(agent -> state.isEmpty() || agent.state() == state.get())
                .limit(limit + 1L)
                .map(agent -> AgentDocument.summary(agent.info()))
                .toList();
        boolean more = page.size() > limit;
        return JsonObject.builder()
                .put("agents", more ? page.subList(0, limit) : page)
                .put("more", more)
                .build();
    }

    private static AgentState state(String name) {
        try {
            return AgentState.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Codes.PARAMS_INVALID, "no state '" + name + "'; there are " + Arrays.toString(AgentState.values()));
        }
    }

    private JsonObject status(RpcCall call) {
        AgentHandle agent = finder.find(new Params(call, "agent").text("agent"));
        return JsonObject.builder().put("agent", AgentDocument.full(agent)).build();
    }

    private JsonObject pause(RpcCall call) throws InterruptedException {
        var params = new Params(call, "agent", "reason");
        AgentHandle agent = finder.find(params.text("agent"));
        var request = agent.pause(params.optionalText("reason").orElse("paused from the command line"));
        String result;
        try {
            PauseResult held = request.toCompletableFuture().get(PAUSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            result = held.name();
        } catch (TimeoutException e) {
            result = "REQUESTED"; // it holds when it next comes to a point where it can
        } catch (ExecutionException e) {
            throw Problems.of(e.getCause() == null ? e : e.getCause());
        }
        if (result.equals(PauseResult.ENDED.name())) {
            throw new Failure(Codes.AGENT_ENDED, "agent " + agent.id() + " has ended and cannot be paused");
        }
        return JsonObject.builder()
                .put("agent", agent.id().toString())
                .put("result", result)
                .put("state", agent.state().name())
                .build();
    }

    private JsonObject resume(RpcCall call) {
        AgentHandle agent = finder.find(new Params(call, "agent").text("agent"));
        if (agent.state().ended()) {
            throw new Failure(Codes.AGENT_ENDED, "agent " + agent.id() + " has ended and cannot be resumed");
        }
        agent.resume();
        return JsonObject.builder()
                .put("agent", agent.id().toString())
                .put("state", agent.state().name())
                .build();
    }

    private JsonObject stop(RpcCall call) {
        var params = new Params(call, "agent", "graceMillis");
        AgentHandle agent = finder.find(params.text("agent"));
        return exit(agent, agent.stop(params.millis("graceMillis", GRACE)));
    }

    private JsonObject terminate(RpcCall call) {
        var params = new Params(call, "agent", "reason");
        AgentHandle agent = finder.find(params.text("agent"));
        return exit(agent, agent.terminate(params.optionalText("reason").orElse("terminated from the command line")));
    }

    static JsonObject exit(AgentHandle agent, Exit exit) {
        return JsonObject.builder()
                .put("agent", agent.id().toString())
                .put("exit", ExitDocument.of(exit))
                .build();
    }
}
