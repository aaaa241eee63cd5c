package dev.agentos.api.security;

import java.util.List;
import java.util.Objects;

/**
 * What revoking a grant came to. When it is returned, no call begins any more by the grant or by anything derived from it.
 *
 * @param grant the number of the grant
 * @param inFlight the ids of the calls that had begun by it, or by what was derived from it, and had not ended: calls of
 *     tools as the tools know them, {@code ToolContext.idempotencyKey()}, and what is performed by {@code ctx.perform}. An agent
 *     that was spawned by it lives on and is not among them
 * @param cancelled which of them were interrupted, because their tools say {@code OnRevoke.CANCEL}; the others come to
 *     their end
 * @since 0.3
 */
public record Revocation(long grant, List<String> inFlight, List<String> cancelled) {
    /** Copies the lists. */
    public Revocation {
        inFlight = List.copyOf(Objects.requireNonNull(inFlight, "inFlight"));
        cancelled = List.copyOf(Objects.requireNonNull(cancelled, "cancelled"));
        if (!inFlight.containsAll(cancelled)) {
            throw new IllegalArgumentException(
                    "cancelled " + cancelled + ", of which not all were in flight: " + inFlight);
        }
    }
}
