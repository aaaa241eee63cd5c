package dev.agentos.cli.daemon;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentId;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the agent that somebody means by an id, an address, or the beginning of an id that no other has. The living come
 * before the ended; of several ended agents of one address, the last is meant.
 */
final class AgentFinder {
    private static final int MOST_CANDIDATES = 20;

    private final AgentOS os;

    AgentFinder(AgentOS os) {
        this.os = os;
    }

    /**
     * Returns the agent that is meant.
     *
     * @throws Failure if there is none, or more than one
     */
    AgentHandle find(String text) {
        List<AgentHandle> all = os.agents(AgentSelector.all());
        for (AgentHandle agent : all) {
            if (agent.id().toString().equals(text)) {
                return agent;
            }
        }
        List<AgentHandle> named = all.stream()
                .filter(agent -> agent.address().path().equals(text))
                .toList();
        if (!named.isEmpty()) {
            return newest(named);
        }
        List<AgentHandle> meant = text.isEmpty()
                ? List.of()
                : all.stream()
                        .filter(agent -> agent.id().toString().startsWith(text))
                        .toList();
        List<AgentHandle> living =
                meant.stream().filter(agent -> !agent.state().ended()).toList();
        return only(text, living.isEmpty() ? meant : living);
    }

    private static AgentHandle only(String text, List<AgentHandle> meant) {
        if (meant.isEmpty()) {
            throw new Failure(
                    Codes.AGENT_UNKNOWN, "no agent '" + text + "'; 'agent-os list' shows those that there are");
        }
        if (meant.stream().map(AgentHandle::address).distinct().count() > 1) {
            List<String> candidates = meant.stream()
                    .map(AgentHandle::id)
                    .sorted()
                    .map(AgentId::toString)
                    .limit(MOST_CANDIDATES)
                    .toList();
            throw new Failure(
                    Codes.AGENT_AMBIGUOUS,
                    "'" + text + "' is the beginning of " + meant.size() + " agents: " + String.join(", ", candidates)
                            + (meant.size() > candidates.size() ? ", …" : "") + "; write more of it",
                    JsonObject.builder()
                            .put("candidates", JsonValue.of(candidates))
                            .build());
        }
        return newest(meant);
    }

    /** A living agent of an address is younger than every ended one. */
    private static AgentHandle newest(List<AgentHandle> sameAddress) {
        return sameAddress.stream()
                .max(Comparator.comparingLong(agent -> agent.id().incarnation()))
                .orElseThrow();
    }
}
