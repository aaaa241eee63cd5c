package dev.agentos.runtime;

import dev.agentos.api.Limits;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.LimitAccount;
import dev.agentos.runtime.gate.LimitPolicy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Those who act through a runtime without being agents. Each has the rights of the host, in grants of its own. Thread-safe. */
final class Principals {
    private final Kernel kernel;
    /** Null: everything. */
    private final @Nullable List<Capability> hostGrants;

    private final LimitPolicy unlimited;
    private final Map<PrincipalId, Actor> known = new ConcurrentHashMap<>();

    Principals(Kernel kernel, @Nullable List<Capability> hostGrants) {
        this.kernel = kernel;
        this.hostGrants = hostGrants;
        this.unlimited = new LimitPolicy(Limits.unlimited(), kernel.time);
    }

    Actor of(PrincipalId principal) {
        return known.computeIfAbsent(
                principal, who -> new HostActor(who, grants(who), new LimitAccount(null, unlimited, null)));
    }

    /** {@return those that have acted so far} */
    Collection<Actor> all() {
        return known.values();
    }

    private List<Grant> grants(PrincipalId holder) {
        Grant root = kernel.authority.mintRoot(holder);
        return hostGrants == null
                ? List.of(root)
                : hostGrants.stream()
                        .map(capability -> kernel.authority.derive(List.of(root), holder, capability, GrantOrigin.ROOT))
                        .toList();
    }
}
