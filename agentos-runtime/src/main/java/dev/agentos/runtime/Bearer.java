package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.DurableTurn;
import dev.agentos.runtime.gate.Exceeded;
import dev.agentos.runtime.gate.LimitAccount;
import dev.agentos.runtime.gate.SendRights;
import dev.agentos.runtime.schedule.Wait;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An agent as it acts by some grants and by nothing else that it holds: the same threads, limits and records, other rights. Thread-safe as far
 * as the agent is.
 */
final class Bearer implements Actor {
    private final AgentCell cell;
    private final List<Grant> grants;
    /** Its own: what the agent may send to by its other grants does not count here. */
    private final SendRights sendRights = new SendRights();

    /**
     * Makes one.
     *
     * @param grants those that are somebody else's, or that somebody has made up, do not count: neither to act by, nor to hand on to a child
     *     or to a process
     */
    Bearer(AgentCell cell, List<Grant> grants) {
        this.cell = cell;
        var authority = cell.kernel.authority;
        this.grants = authority.prepare(grants.stream()
                .filter(grant -> authority.issued(grant) && grant.holder().equals(cell.principal()))
                .toList());
    }

    /** {@return the agent that acts; null if whoever acts is none} */
    static @Nullable AgentCell agentOf(Actor actor) {
        return actor.self() instanceof AgentCell agent ? agent : null;
    }

    @Override
    public Actor self() {
        return cell;
    }

    @Override
    public PrincipalId principal() {
        return cell.principal();
    }

    @Override
    public AgentId agent() {
        return cell.agent();
    }

    @Override
    public @Nullable Long correlation() {
        return cell.correlation();
    }

    @Override
    public Map<String, String> labels() {
        return cell.labels();
    }

    @Override
    public Set<String> taint() {
        return cell.taint();
    }

    @Override
    public void tainted(Set<String> by) {
        cell.tainted(by);
    }

    @Override
    public Address address() {
        return cell.address();
    }

    @Override
    public List<Grant> grants() {
        return grants;
    }

    @Override
    public LimitAccount account() {
        return cell.account();
    }

    @Override
    public SendRights sendRights() {
        return sendRights;
    }

    /** To hand on or take back what is named is no use of any right but that one's. */
    @Override
    public boolean implicitly(Action action) {
        return ImplicitRights.coverGrants(action);
    }

    @Override
    public void crossing() {
        cell.crossing();
    }

    @Override
    public boolean inTurn() {
        return cell.inTurn();
    }

    @Override
    public void checkStopped() {
        cell.checkStopped();
    }

    @Override
    public void await(Wait kind, Parking wait) throws InterruptedException {
        cell.await(kind, wait);
    }

    @Override
    public void awaitOutside(BooleanSupplier done, Consumer<Runnable> told) {
        cell.awaitOutside(done, told);
    }

    @Override
    public boolean isFenced() {
        return cell.isFenced();
    }

    @Override
    public boolean fallsAsleep() {
        return cell.fallsAsleep();
    }

    @Override
    public @Nullable DurableTurn durableTurn() {
        return cell.durableTurn();
    }

    @Override
    public void limitReached(Exceeded met) {
        cell.limitReached(met);
    }
}
