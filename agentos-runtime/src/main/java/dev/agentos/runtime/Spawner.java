package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Limits;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.NameTakenException;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Exceeded;
import dev.agentos.runtime.gate.Gate;
import dev.agentos.runtime.gate.LimitAccount;
import dev.agentos.runtime.gate.LimitPolicy;
import dev.agentos.runtime.schedule.MailboxPolicy;
import dev.agentos.runtime.schedule.Overflow;
import dev.agentos.runtime.schedule.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Brings agents into the world, with their declared children, or none of them. */
final class Spawner {
    private static final int SHARED_POLICIES = 1_000;

    private final Kernel kernel;
    private final Handover handover;
    private final LimitPolicy defaultLimits;
    /** Specs are few and agents many. */
    private final Map<Limits, LimitPolicy> limitPolicies = new ConcurrentHashMap<>();

    Spawner(Kernel kernel, Limits defaults) {
        this.kernel = kernel;
        this.handover = new Handover(kernel);
        this.defaultLimits = new LimitPolicy(defaults, kernel.time);
    }

    /**
     * Spawns an agent for an actor, through the gate.
     *
     * @param parent the actor, if it is an agent
     */
    AgentCell spawn(Actor by, @Nullable AgentCell parent, AgentSpec spec) {
        kernel.requireOpen();
        kernel.isolates.require(spec);
        return kernel.gate.begin(by, spawns(address(parent, spec), spec), use -> {
            if (parent != null) {
                kernel.gate.useChild(parent);
            }
            AgentCell cell = bearFor(by, parent, spec);
            if (!use.equals(Gate.UNCOUNTED)) {
                var _ = cell.details().ended.whenComplete((exit, failure) -> use.close());
            }
            return cell;
        });
    }

    /** Every agent that comes into the world with a spec, its declared children included: each needs the right and is recorded. */
    private static List<Action> spawns(Address address, AgentSpec spec) {
        var spawn = new Action("agent", address.path(), "spawn", Map.of());
        if (spec.children().isEmpty()) {
            return List.of(spawn);
        }
        var all = new ArrayList<Action>();
        all.add(spawn);
        for (AgentSpec child : spec.children()) {
            all.addAll(spawns(address.child(child.name()), child));
        }
        return all;
    }

    private AgentCell bearFor(Actor by, @Nullable AgentCell parent, AgentSpec spec) {
        try {
            if (parent == null && spec.durable()) {
                requireMemoryOf(kernel.dormant.find(address(null, spec)), by);
            }
            return bear(parent, spec, by.grants(), by.principal());
        } catch (DeniedException wider) {
            kernel.gate.refused(by, wider);
            throw wider;
        }
    }

    /** A sleeping agent comes back with its memory and its inbox: the right to use its name is not enough for those. */
    private void requireMemoryOf(StoredRow.@Nullable AgentRow asleep, Actor by) {
        if (asleep == null
                || by.principal().equals(asleep.owner())
                || by.principal().equals(PrincipalId.HOST)) {
            return;
        }
        var read = new Action("memory", "agent/" + asleep.id().address().path(), "read", Map.of());
        if (!kernel.gate.covers(by, read)) {
            String reason = "to bring back the durable agent " + asleep.id() + ", which " + asleep.owner()
                    + " has spawned, is to take over its memory";
            throw new DeniedException(read, reason, read.grantText());
        }
    }

    /**
     * Brings a durable agent back, in the name of the host.
     *
     * @param parent where it lives; null for an agent without a parent
     */
    void revive(Actor host, @Nullable AgentCell parent, AgentSpec spec) {
        kernel.requireOpen();
        kernel.isolates.require(spec);
        var _ = kernel.gate.beginNow(host, spawns(address(parent, spec), spec), use -> {
            AgentCell cell;
            if (parent == null) {
                cell = bearFor(host, null, spec);
            } else {
                countChild(parent);
                cell = bear(parent, spec, parent.grants(), parent.principal());
            }
            if (!use.equals(Gate.UNCOUNTED)) {
                var _ = cell.details().ended.whenComplete((exit, failure) -> use.close());
            }
            return cell;
        });
    }

    /** Spawns an agent for an actor, unless one of its name lives. */
    AgentCell spawnIfAbsent(Actor by, AgentSpec spec) {
        for (; ; ) {
            AgentCell living = kernel.directory.find(address(null, spec));
            if (living != null) {
                return living;
            }
            try {
                return spawn(by, null, spec);
            } catch (NameTakenException somebodyWasQuicker) {
                // and may even have ended by now: look again
            }
        }
    }

    /** Spawns the declared children of an agent anew: it restarts. */
    void spawnDeclared(AgentCell parent) {
        for (AgentSpec child : parent.spec.children()) {
            countChild(parent);
            bear(parent, child, parent.grants(), parent.principal());
        }
    }

    private static Address address(@Nullable AgentCell parent, AgentSpec spec) {
        return parent == null ? Address.of(spec.name()) : parent.address().child(spec.name());
    }

    /** The new agent's place among its parent's children has been counted. */
    private AgentCell bear(@Nullable AgentCell parent, AgentSpec spec, List<Grant> givers, PrincipalId owner) {
        var born = new ArrayList<AgentCell>(1);
        try {
            bear(parent, spec, givers, owner, born);
            kernel.requireOpen(); // halted meanwhile: whoever halts has seen these agents, or they see that it halts
            store(born);
        } catch (RuntimeException | Error e) {
            for (int i = born.size() - 1; i >= 0; i--) {
                undo(born.get(i));
            }
            if (born.isEmpty() && parent != null) {
                parent.account().childEnded();
            }
            throw e;
        }
        born.forEach(AgentCell::look);
        return born.getFirst();
    }

    /** Writes down that agents are born. Those that are durable are stored when this returns, and have their inbox. */
    private void store(List<AgentCell> born) {
        var stored = new ArrayList<CompletableFuture<?>>(0);
        for (AgentCell cell : born) {
            Durable durable = cell.durable;
            if (durable != null && durable.revived != null) {
                kernel.kept.keep(cell.grants()); // what its spec has handed over only now
                kernel.scheduler.waiting(Wait.ACTIVE, () -> wake(cell, durable, durable.revived));
            } else {
                var spawned = kernel.chronicle.spawned(cell).toCompletableFuture();
                if (!spawned.isDone() || spawned.isCompletedExceptionally()) {
                    stored.add(spawned);
                }
            }
        }
        if (!stored.isEmpty()) { // one wait for all, so that the store has them to write at once
            kernel.scheduler.waiting(
                    Wait.ACTIVE, () -> join(CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new))));
        }
    }

    private static @Nullable Object join(CompletableFuture<?> stored) {
        try {
            return stored.join();
        } catch (CompletionException e) {
            throw Inbox.unchecked(e);
        }
    }

    private @Nullable Object wake(AgentCell cell, Durable durable, StoredRow.AgentRow row) {
        List<StoredRow.MessageRow> pending = kernel.storage.messages().pending(cell.id);
        long starts = kernel.storage
                .working()
                .find(durable.namespace(), Durable.SESSION, Durable.STARTS, kernel.wallClock.now())
                .map(StoredRow.WorkingRow::value)
                .map(value -> value.number().longValue())
                .orElse(0L);
        durable.load(pending, starts);
        kernel.dormant.woke(row);
        kernel.limits.revived(cell);
        kernel.chronicle.revived(cell, pending.size());
        return null;
    }

    private void bear(
            @Nullable AgentCell parent, AgentSpec spec, List<Grant> givers, PrincipalId owner, List<AgentCell> born) {
        Address address = address(parent, spec);
        AgentCell holder = kernel.directory.find(address);
        if (holder != null) {
            throw new NameTakenException(holder.id);
        }
        StoredRow.AgentRow asleep = spec.durable() ? kernel.dormant.find(address) : null;
        var id = asleep != null ? asleep.id() : new AgentId(address, kernel.directory.nextIncarnation());
        if (born.isEmpty()) {
            handover.check(givers, id, spec);
        }
        Handover.Endowment endowment =
                asleep != null ? handover.toSleeper(givers, asleep, spec) : handover.toNew(givers, id, spec);
        List<Grant> grants = endowment.held();
        var account = new LimitAccount(id, limits(spec.limits()), parent == null ? null : parent.account());
        var birth = new LifeCell.Birth(id, spec, asleep != null ? asleep.owner() : owner, parent, asleep);
        var cell = new AgentCell(kernel, birth, mailbox(spec), grants, account);
        if (parent != null) {
            cell.tainted(parent.taint()); // its spec may say anything
        }
        if (!endowment.lent().isEmpty()) {
            endowment.lent().forEach(cell.details().purse()::lend);
        }
        if (asleep != null && !kernel.limits.comesBack(cell, asleep) && asleep.state() == AgentState.PAUSED) {
            kernel.pauses.bornPaused(cell, asleep.reason());
        }
        holder = kernel.directory.add(cell);
        if (holder != null) {
            throw new NameTakenException(holder.id);
        }
        if (parent != null && !kernel.family.add(parent, cell)) {
            kernel.directory.undo(cell);
            throw new AgentStopped("agent " + parent.id + " is ending and spawns nothing");
        }
        born.add(cell);
        kernel.isolates.admit(cell);
        kernel.topics.subscribeFromStart(cell);
        for (AgentSpec child : spec.children()) {
            countChild(cell);
            int before = born.size();
            try {
                bear(cell, child, grants, cell.principal(), born);
            } catch (RuntimeException | Error e) {
                if (born.size() == before) {
                    cell.account().childEnded();
                }
                throw e;
            }
        }
    }

    private static void countChild(AgentCell parent) {
        Exceeded met = parent.account().tryChild();
        if (met != null) {
            throw met.exception();
        }
    }

    private void undo(AgentCell cell) {
        Durable durable = cell.durable;
        StoredRow.AgentRow row = durable == null ? null : durable.revived;
        cell.raise(LifeCell.FENCED | LifeCell.QUIET | (row != null ? LifeCell.SLEEP : 0));
        if (row != null) {
            kernel.dormant.sleeps(row);
        }
        cell.close();
        kernel.isolates.ended(cell);
        kernel.topics.ended(cell);
        kernel.directory.undo(cell);
        AgentCell parent = cell.parent;
        if (parent != null) {
            kernel.family.remove(parent, cell);
            parent.account().childEnded();
        }
    }

    private LimitPolicy limits(@Nullable Limits limits) {
        if (limits == null) {
            return defaultLimits;
        }
        if (limitPolicies.size() >= SHARED_POLICIES) {
            limitPolicies.clear(); // somebody makes them up as it goes: do not keep them all
        }
        return limitPolicies.computeIfAbsent(limits, each -> new LimitPolicy(each, kernel.time));
    }

    private static MailboxPolicy mailbox(AgentSpec spec) {
        if (spec.mailboxCapacity() == AgentSpec.DEFAULT_MAILBOX
                && spec.overflow() == dev.agentos.api.message.Overflow.BLOCK
                && spec.sendTimeout().equals(AgentSpec.DEFAULT_SEND_TIMEOUT)) {
            return MailboxPolicy.DEFAULT;
        }
        Overflow overflow = switch (spec.overflow()) {
            case BLOCK -> Overflow.BLOCK;
            case FAIL -> Overflow.FAIL;
            case DROP_NEWEST -> Overflow.DROP_NEWEST;
        };
        return new MailboxPolicy(spec.mailboxCapacity(), overflow, spec.sendTimeout());
    }
}
