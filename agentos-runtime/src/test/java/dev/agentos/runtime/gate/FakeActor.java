package dev.agentos.runtime.gate;

import dev.agentos.api.AgentId;
import dev.agentos.api.Limits;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.schedule.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An agent without a kernel: what the gate asks of it is what a test sets. */
final class FakeActor implements Actor {
    final List<Grant> grants = new CopyOnWriteArrayList<>();
    final List<LimitExceededException> limitsReached = new ArrayList<>();
    final AtomicInteger crossings = new AtomicInteger();
    final AtomicInteger waits = new AtomicInteger();
    volatile @Nullable String stopped;
    Predicate<Action> implicit = action -> false;
    Consumer<LimitExceededException> onLimit = met -> {};

    private final AgentId id;
    private final LimitAccount account;
    private final SendRights sendRights = new SendRights();

    FakeActor(String path, Limits limits) {
        this(path, limits, null);
    }

    FakeActor(String path, Limits limits, @Nullable FakeActor parent) {
        this.id = new AgentId(Address.of(path), 1);
        this.account = new LimitAccount(
                id, new LimitPolicy(limits, TimeSource.system()), parent == null ? null : parent.account);
    }

    @Override
    public PrincipalId principal() {
        return PrincipalId.agent(id);
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

    @Override
    public LimitAccount account() {
        return account;
    }

    @Override
    public SendRights sendRights() {
        return sendRights;
    }

    @Override
    public boolean implicitly(Action action) {
        return implicit.test(action);
    }

    @Override
    public void crossing() {
        crossings.incrementAndGet();
        checkStopped();
    }

    @Override
    public void checkStopped() {
        String reason = stopped;
        if (reason != null) {
            throw new AgentStopped(reason);
        }
    }

    @Override
    public void await(Wait kind, Parking wait) throws InterruptedException {
        waits.incrementAndGet();
        wait.park();
    }

    @Override
    public void limitReached(Exceeded met) {
        limitsReached.add(met.exception());
        onLimit.accept(met.exception());
        met.account().extend(met.limit());
    }
}
