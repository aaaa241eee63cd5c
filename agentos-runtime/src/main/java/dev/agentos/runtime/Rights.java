package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.security.Revocation;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Hands grants out and takes them back: through the gate, recorded, and in the store where they outlive the program. Thread-safe. */
final class Rights {
    private final Kernel kernel;

    Rights(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Who gets a grant.
     *
     * @param cell null if the agent lives in the store only for now
     */
    record Recipient(AgentId id, @Nullable AgentCell cell) {
        PrincipalId principal() {
            return PrincipalId.agent(id);
        }
    }

    /**
     * {@return who has an address}
     *
     * @throws DeliveryException if nobody has
     */
    Recipient recipient(Address to) {
        AgentCell living = kernel.directory.find(to);
        if (living != null) {
            return new Recipient(living.id, living);
        }
        StoredRow.AgentRow asleep = kernel.dormant.find(to);
        if (asleep == null) {
            throw new DeliveryException(ErrorCode.UNDELIVERABLE, to, "no living agent has this address");
        }
        return new Recipient(asleep.id(), null);
    }

    // ---- handing out

    /** Has an agent hold what an actor holds. */
    Grant grant(Actor by, Address to, Capability capability) {
        kernel.tools.checkGrant(capability);
        Recipient recipient = recipient(to);
        Grant made = derived(
                by, () -> kernel.authority.derive(by.grants(), recipient.principal(), capability, GrantOrigin.GRANTED));
        return kernel.gate.act(by, List.of(action("grant", made)), () -> {
            hand(made, recipient);
            return made;
        });
    }

    /**
     * Lends a grant.
     *
     * @param narrower what of it; null for all of it
     */
    Grant delegate(Actor by, Grant grant, @Nullable Capability narrower, Address to) {
        if (narrower != null) {
            kernel.tools.checkGrant(narrower);
        }
        Recipient recipient = recipient(to);
        Grant made = derived(by, () -> kernel.authority.delegate(grant, narrower, recipient.principal()));
        var send = new Action("agent", to.path(), "send", Map.of());
        return kernel.gate.act(by, List.of(action("delegate", made), send), () -> {
            hand(made, recipient);
            return made;
        });
    }

    /** Lends grants that go with a message, which the actor may send. {@return them in the recipient's hands} */
    List<Grant> lend(Actor by, List<Grant> grants, Address to) {
        Recipient recipient = recipient(to);
        var made = new ArrayList<Grant>(grants.size());
        for (Grant grant : grants) {
            requireOwn(by, "delegate", grant);
            made.add(derived(by, () -> kernel.authority.delegate(grant, null, recipient.principal())));
        }
        List<Action> actions =
                made.stream().map(each -> action("delegate", each)).toList();
        return kernel.gate.act(by, actions, () -> {
            made.forEach(each -> hand(each, recipient));
            return made;
        });
    }

    /** Takes back what went with a message that did not arrive. */
    void undo(Actor by, List<Grant> lent) {
        lent.forEach(each -> cut(by.principal(), each, "the message that it went with was not delivered"));
    }

    /** Makes a narrower grant of an agent's own. */
    Grant attenuate(Actor by, Grant grant, Capability narrower) {
        kernel.tools.checkGrant(narrower);
        requireOwn(by, "attenuate", grant);
        Grant made = derived(by, () -> kernel.authority.attenuate(grant, narrower));
        return kernel.gate.act(by, List.of(action("attenuate", made)), () -> {
            AgentCell agent = Bearer.agentOf(by);
            if (agent != null) {
                agent.details().purse().made(made);
            }
            return made;
        });
    }

    /** What the authority refuses is recorded like what the gate refuses. */
    private Grant derived(Actor by, Supplier<Grant> derivation) {
        try {
            return derivation.get();
        } catch (DeniedException wider) {
            kernel.gate.refused(by, wider);
            throw wider;
        }
    }

    /**
     * Checks that a grant is the actor's.
     *
     * @throws DeniedException if not, which is recorded
     */
    void requireOwn(Actor by, String verb, Grant grant) {
        requireIssued(by, verb, grant);
        if (!grant.holder().equals(by.principal())) {
            throw refused(by, verb, grant, "it is a grant of " + grant.holder());
        }
    }

    /**
     * Checks that a grant is one.
     *
     * @throws DeniedException if somebody has made it up, or it is another runtime's, which is recorded
     */
    void requireIssued(Actor by, String verb, Grant grant) {
        if (!kernel.authority.issued(grant)) {
            throw refused(by, verb, grant, "this system has not made it");
        }
    }

    private DeniedException refused(Actor by, String verb, Grant grant, String reason) {
        var denied = new DeniedException(action(verb, grant), reason, "");
        kernel.gate.refused(by, denied);
        return denied;
    }

    /** Puts a grant that was derived for an agent where that finds it, and into the store if the agent is kept there. */
    void hand(Grant made, Recipient to) {
        if (to.cell() == null || to.cell().durable != null) {
            kernel.kept.keep(List.of(made));
        }
        boolean lent = isLent(made);
        AgentCell cell = to.cell() != null ? to.cell() : kernel.directory.find(to.id()); // it may have woken meanwhile
        if (cell != null && lent && !cell.details().purse().lend(made)) {
            if (kernel.authority.revoke(made)) {
                kernel.kept.end(made.id(), PrincipalId.HOST, "its holder is lent too much");
            }
            throw new DeliveryException(
                    ErrorCode.MAILBOX_FULL,
                    to.id().address(),
                    "it is lent " + Purse.MOST + " grants, which is the most");
        }
        if (cell != null && !lent) {
            cell.hold(made);
        }
        PrincipalId giver = made.parent().map(Grant::holder).orElse(PrincipalId.HOST);
        String capability = made.capability().toString();
        kernel.events.publish(
                to.id(),
                lent
                        ? new SystemEvent.Delegated(
                                capability,
                                giver,
                                made.id(),
                                made.parent().map(Grant::id).orElse(0L))
                        : new SystemEvent.Granted(capability, giver, made.id()));
    }

    /** {@return whether it works through {@code with} only} */
    static boolean isLent(Grant grant) {
        return grant.origin() == GrantOrigin.DELEGATED || grant.origin() == GrantOrigin.IMPORTED;
    }

    // ---- taking back

    /** Takes a grant back, for an actor who may. */
    Revocation revoke(Actor by, Grant grant, String reason) {
        return kernel.gate.act(by, List.of(action("revoke", grant)), () -> cut(by.principal(), grant, reason));
    }

    /** Has a grant never come back that nobody has now, and that could not come back as things are. */
    Revocation revoke(Actor by, Storage.StoredGrant stored, String reason) {
        StoredRow.GrantRow row = stored.grant();
        Action action = Action.of("grant:" + row.capability().type(), "revoke")
                .with("id", row.id())
                .with("capability", row.capability().toString())
                .with("holder", row.holder().toString());
        return kernel.gate.act(by, List.of(action), () -> {
            kernel.kept.end(row.id(), by.principal(), reason);
            return new Revocation(row.id(), List.of(), List.of());
        });
    }

    Revocation cut(PrincipalId by, Grant grant, String reason) {
        boolean again = grant.revoked();
        boolean kept = kernel.authority.revoke(grant);
        kernel.approvals.grantsRevoked();
        String why = "grant " + grant.id() + " '" + grant.capability() + "' was revoked by " + by
                + (reason.isEmpty() ? "" : ": " + reason);
        Revocation ofTools = kernel.tools.revoked(grant, why);
        var inFlight = new ArrayList<>(ofTools.inFlight());
        inFlight.addAll(kernel.gate.performing(grant));
        if (kept) {
            kernel.kept.end(grant.id(), by, reason);
        }
        if (!again) {
            kernel.events.publish(
                    grant.holder().agentId(),
                    new SystemEvent.Revoked(grant.capability().toString(), by, grant.id(), reason));
        }
        return new Revocation(grant.id(), inFlight, ofTools.cancelled());
    }

    /** {@return what is recorded of it} */
    static Action action(String verb, Grant grant) {
        Capability capability = grant.capability();
        Action action = Action.of("grant:" + capability.type(), verb)
                .with("id", grant.id())
                .with("capability", capability.toString())
                .with("holder", grant.holder().toString());
        return grant.parent().map(parent -> action.with("parent", parent.id())).orElse(action);
    }

    // ---- finding

    /** {@return what somebody has now, and what that was derived from} */
    Stream<Grant> present() {
        Stream<Grant> held = Stream.concat(
                kernel.principals.all().stream().flatMap(actor -> actor.grants().stream()),
                kernel.directory.living().stream().flatMap(Rights::of));
        return held.flatMap(grant -> Stream.<Grant>iterate(
                grant, each -> each != null, each -> each.parent().orElse(null)));
    }

    private static Stream<Grant> of(AgentCell cell) {
        Details details = cell.detailsIfAny();
        Purse purse = details == null ? null : details.purseIfAny();
        return purse == null ? cell.grants().stream() : Stream.concat(cell.grants().stream(), purse.all().stream());
    }

    /** {@return the grant of a number that somebody has; null if nobody has} Walks all agents. */
    @Nullable
    Grant find(long id) {
        return present().filter(grant -> grant.id() == id).findAny().orElse(null);
    }

    /** {@return a message with the grants that came with it: those of its recipient's that it names} */
    static Message bound(AgentCell recipient, Message message) {
        String named = message.headers().get(Message.GRANTS);
        Details details = recipient.detailsIfAny();
        Purse purse = details == null ? null : details.purseIfAny();
        if (named == null || purse == null) {
            return message;
        }
        Set<String> ids = Set.of(named.split(","));
        return message.lending(purse.lent().stream()
                .filter(grant -> ids.contains(Long.toString(grant.id())))
                .toList());
    }

    /** {@return a message that carries what was lent for it} */
    static Message carrying(Message message, List<Grant> lent) {
        if (lent.isEmpty()) {
            return message;
        }
        String ids = lent.stream().map(grant -> Long.toString(grant.id())).collect(Collectors.joining(","));
        var headers = new HashMap<>(message.headers());
        headers.put(Message.GRANTS, ids);
        return new Message(
                message.id(),
                message.sender(),
                message.recipient(),
                message.type(),
                message.payload(),
                message.correlation(),
                message.causation(),
                message.time(),
                headers,
                lent);
    }
}
