package dev.agentos.api.spi;

import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.SandboxPlan.NotDelegated;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a process may do: what the grants of its caller say, and nothing else.
 *
 * @param principal for whom it runs
 * @param grants all that the caller holds but for what is withheld; see {@link SandboxPlan#of} for what of it reaches the process
 * @param behind those of them that allowed the call itself: revoking one ends the process, as one of the plan does
 * @param accepted the names of the {@linkplain SandboxFeature features} that may be missing; one that is missing and not
 *     accepted keeps the process from starting
 * @param withheld what the caller holds, but a rule of the house might forbid or ask about: nobody asks a rule about what a process does
 * @since 0.1
 */
public record SandboxPolicy(
        PrincipalId principal,
        List<Grant> grants,
        List<Grant> behind,
        Set<String> accepted,
        List<NotDelegated> withheld) {
    /**
     * What may be missing unless something else is said: limits over all processes together and a kill of all of them,
     * which take a control group that many users are not given.
     */
    public static final Set<String> ACCEPTED_BY_DEFAULT =
            Set.of(SandboxFeature.TREE_KILL, SandboxFeature.PIDS, SandboxFeature.MEMORY, SandboxFeature.SESSION);

    /** Copies the collections. */
    public SandboxPolicy {
        Objects.requireNonNull(principal, "principal");
        grants = List.copyOf(grants);
        behind = List.copyOf(behind);
        accepted = Set.copyOf(accepted);
        withheld = List.copyOf(withheld);
    }

    /** Withholds nothing. */
    public SandboxPolicy(PrincipalId principal, List<Grant> grants, List<Grant> behind, Set<String> accepted) {
        this(principal, grants, behind, accepted, List.of());
    }

    /** Accepts what is accepted by default; no grant allowed the call. */
    public SandboxPolicy(PrincipalId principal, List<Grant> grants) {
        this(principal, grants, List.of(), ACCEPTED_BY_DEFAULT);
    }
}
