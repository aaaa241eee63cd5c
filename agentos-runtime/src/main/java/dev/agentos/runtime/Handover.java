package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What agents are handed when they come into the world, or come back: what their specs say, and nothing that their givers do not hold. */
final class Handover {
    private final Kernel kernel;

    Handover(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * What an agent comes with.
     *
     * @param held what works by itself
     * @param lent what it was lent in an earlier life
     */
    record Endowment(List<Grant> held, List<Grant> lent) {
        static final Endowment NONE = new Endowment(List.of(), List.of());
    }

    /**
     * Derives what a spec hands to a new agent.
     *
     * @throws DeniedException naming all that is missing, if the givers hold less
     */
    Endowment toNew(List<Grant> givers, AgentId id, AgentSpec spec) {
        if (spec.grants().isEmpty()) {
            return Endowment.NONE;
        }
        var missing = new ArrayList<DeniedException>(0);
        List<Grant> held = derive(givers, id, spec.grants(), missing);
        refuse(missing);
        return new Endowment(kernel.authority.prepare(held), List.of());
    }

    private List<Grant> derive(
            List<Grant> givers, AgentId id, List<Capability> capabilities, List<DeniedException> missing) {
        PrincipalId holder = PrincipalId.agent(id);
        var held = new ArrayList<Grant>(capabilities.size());
        for (Capability capability : capabilities) {
            kernel.tools.checkGrant(capability);
            try {
                held.add(kernel.authority.derive(givers, holder, capability, GrantOrigin.SPAWN));
            } catch (DeniedException wider) {
                missing.add(wider);
            }
        }
        return held;
    }

    /**
     * Checks before anything is done that everybody whom a spec declares can be handed what it asks for.
     *
     * @param givers what whoever spawns holds
     * @throws DeniedException naming all that is missing
     */
    void check(List<Grant> givers, AgentId id, AgentSpec spec) {
        if (spec.children().isEmpty()) {
            return; // its own are derived before anything else is done
        }
        var missing = new ArrayList<DeniedException>(0);
        var _ = derive(givers, id, spec.grants(), missing);
        addMissing(id.address().path(), spec, missing);
        refuse(missing);
    }

    private static void addMissing(String path, AgentSpec parent, List<DeniedException> missing) {
        for (AgentSpec child : parent.children()) {
            String below = path + "/" + child.name();
            for (Capability wanted : child.grants()) {
                if (parent.grants().stream().noneMatch(given -> isHandedOnBy(given, wanted))) {
                    var action = Action.of("grant:" + wanted.type(), "derive")
                            .with("capability", wanted.toString())
                            .with("holder", below);
                    missing.add(new DeniedException(
                            action, "'" + path + "' is handed nothing that covers it", wanted.toString()));
                }
            }
            addMissing(below, child, missing);
        }
    }

    private static boolean isHandedOnBy(Capability given, Capability wanted) {
        return given.handedOn().filter(wanted::isWithin).isPresent();
    }

    private static void refuse(List<DeniedException> missing) {
        if (missing.isEmpty()) {
            return;
        }
        DeniedException first = missing.getFirst();
        if (missing.size() == 1) {
            throw first;
        }
        throw new DeniedException(
                first.action(),
                missing.size() + " grants are more than the spawner can hand over: "
                        + missing.stream()
                                .map(each -> "'" + each.missing() + "' for "
                                        + each.action().text("holder") + " (" + each.reason() + ")")
                                .collect(Collectors.joining(", ")),
                missing.stream().map(DeniedException::missing).distinct().collect(Collectors.joining("\n")));
    }

    // ---- durable agents

    /**
     * Brings back what a durable agent held and was lent, as the store has it: what was revoked stays away, and so does what its giver holds no
     * more. What its spec did not hand over before is derived anew; what the spec no longer hands over ends.
     *
     * @throws DeniedException naming all that is missing of what is new
     */
    Endowment toSleeper(List<Grant> givers, StoredRow.AgentRow asleep, AgentSpec spec) {
        if (!(asleep.spec() instanceof JsonObject description && Revival.keepsGrants(description))) {
            return toNew(givers, asleep.id(), spec); // left by a version that kept none
        }
        var wanted = new ArrayList<>(spec.grants());
        Revival.grantsOf(description)
                .forEach(text -> wanted.removeIf(each -> each.toString().equals(text)));
        var held = new ArrayList<Grant>();
        var lent = new ArrayList<Grant>();
        for (Storage.StoredGrant stored : kernel.kept.of(PrincipalId.agent(asleep.id()))) {
            StoredRow.GrantRow row = stored.grant();
            if (row.origin() == GrantOrigin.SPAWN && !spec.grants().contains(row.capability())) {
                kernel.kept.end(row.id(), PrincipalId.HOST, "the spec of its holder hands it over no more");
                continue;
            }
            wanted.remove(row.capability());
            Grant back = row.origin() == GrantOrigin.ATTENUATED ? null : kernel.kept.restore(stored);
            if (back != null) {
                (Rights.isLent(back) ? lent : held).add(back);
            }
        }
        var missing = new ArrayList<DeniedException>(0);
        held.addAll(derive(givers, asleep.id(), wanted, missing));
        refuse(missing);
        return new Endowment(kernel.authority.prepare(held), lent);
    }
}
