package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.LimitAccount;
import dev.agentos.runtime.gate.SendRights;
import dev.agentos.runtime.schedule.MailboxPolicy;
import dev.agentos.runtime.schedule.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A life that acts: what the gate needs to know of an agent. */
abstract class ActorCell extends LifeCell implements Actor {
    /** What it holds: replaced, never changed. Written under the guard. */
    private volatile List<Grant> grants;

    private final LimitAccount account;
    /** What it needs to act; made when it first does. Its own threads. */
    private volatile @Nullable Acting acting;

    ActorCell(Kernel kernel, Birth birth, MailboxPolicy mailbox, List<Grant> grants, LimitAccount account) {
        super(kernel, birth, mailbox);
        this.grants = grants;
        this.account = account;
    }

    @Override
    public PrincipalId principal() {
        return acting().principal;
    }

    @Override
    public AgentId agent() {
        return id;
    }

    @Override
    public Address address() {
        return id.address();
    }

    @Override
    public List<Grant> grants() {
        return grants;
    }

    /** Has it hold one grant more, unless it holds it already. */
    @SuppressWarnings(
            "ReferenceEquality") // a list is replaced, never changed: another one means that somebody else was quicker
    final void hold(Grant grant) {
        while (true) {
            List<Grant> before = grants;
            if (before.stream().anyMatch(held -> held.id() == grant.id())) {
                return;
            }
            var more = new ArrayList<Grant>(before.size() + 1);
            // What has ended is no use any more, and may have been granted again and again.
            before.stream().filter(held -> !held.revoked() && !held.expired()).forEach(more::add);
            more.add(grant);
            List<Grant> after = kernel.authority.prepare(more);
            lock();
            try {
                if (grants == before) {
                    grants = after;
                    return;
                }
            } finally {
                unlock();
            }
        }
    }

    @Override
    public LimitAccount account() {
        return account;
    }

    @Override
    public SendRights sendRights() {
        return acting().sendRights;
    }

    @Override
    public final Set<String> taint() {
        Acting mine = acting;
        return mine == null ? Set.of() : mine.taint();
    }

    @Override
    public final void tainted(Set<String> by) {
        if (!by.isEmpty()) {
            acting().tainted(by);
        }
    }

    /** A turn begins with a message, and with what that carries. */
    final void taintOf(Message message) {
        Acting mine = acting;
        if (mine != null) {
            mine.clean();
        }
        if (!message.headers().isEmpty()) {
            tainted(Taint.of(message));
        }
    }

    final void forgetActing() {
        acting = null;
    }

    Acting acting() {
        Acting mine = acting;
        if (mine == null) {
            lock();
            try {
                mine = acting;
                if (mine == null) {
                    mine = new Acting(kernel, this);
                    acting = mine;
                }
            } finally {
                unlock();
            }
        }
        return mine;
    }

    @Override
    public void await(Wait kind, Parking wait) throws InterruptedException {
        kernel.scheduler.<@Nullable Object, InterruptedException>waiting(kind, () -> {
            wait.park();
            return null;
        });
    }
}
