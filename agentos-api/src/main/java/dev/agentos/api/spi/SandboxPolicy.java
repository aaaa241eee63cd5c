package dev.agentos.api.spi;

import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import java.util.List;
import java.util.Objects;

/**
 * What a process may do: what the grants of its caller say, and nothing else.
 *
 * @param principal for whom it runs
 * @param grants from which a provider derives paths and network; revoking one ends the process
 * @since 0.1
 */
public record SandboxPolicy(PrincipalId principal, List<Grant> grants) {
    /** Copies the grants. */
    public SandboxPolicy {
        Objects.requireNonNull(principal, "principal");
        grants = List.copyOf(grants);
    }
}
