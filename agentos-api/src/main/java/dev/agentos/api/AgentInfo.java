package dev.agentos.api;

import dev.agentos.api.security.PrincipalId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of an agent at one moment.
 *
 * @param owner who spawned it
 * @param state where it is
 * @param reason why it is there; empty if there is nothing to say
 * @param requested what was asked of it and has not happened yet
 * @param since when it came into this state
 * @param spawned when it was spawned
 * @param labels as its spec says
 * @param grants the capabilities it holds, in text form
 * @param limits its bounds
 * @param used what it and its descendants have used of each limit that counts up
 * @param pending messages in its mailbox
 * @param restarts how often it was restarted
 * @param carriersLost threads of it that were given up while they computed and have not returned: each keeps a core from all others
 *     until it does, or the JVM ends
 * @param durable whether it outlives the program
 * @param revived whether it was brought back from the store, where an earlier program had left it
 * @since 0.1
 */
public record AgentInfo(
        AgentId id,
        PrincipalId owner,
        AgentState state,
        String reason,
        Requested requested,
        Instant since,
        Instant spawned,
        Map<String, String> labels,
        List<String> grants,
        Limits limits,
        Map<Limit, BigDecimal> used,
        int pending,
        int restarts,
        int carriersLost,
        boolean durable,
        boolean revived) {
    /** Copies the collections. */
    public AgentInfo {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(requested, "requested");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(spawned, "spawned");
        Objects.requireNonNull(limits, "limits");
        labels = Map.copyOf(labels);
        grants = List.copyOf(grants);
        used = Map.copyOf(used);
    }
}
