package dev.agentos.runtime.memory;

import dev.agentos.api.AgentId;
import dev.agentos.api.Limits;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Exceeded;
import dev.agentos.runtime.gate.LimitAccount;
import dev.agentos.runtime.gate.LimitPolicy;
import dev.agentos.runtime.gate.SendRights;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A durable agent without a kernel: it has a turn, and does not wait for anybody. */
final class FakeHolder implements Holder, Actor {
    final List<Grant> grants = new CopyOnWriteArrayList<>();
    volatile boolean stopped;

    @Nullable
    FakeTurn turn = new FakeTurn("a#1/7");

    private final AgentId id;
    private final LimitAccount account;
    private final SendRights sendRights = new SendRights();

    FakeHolder(String path) {
        this.id = new AgentId(Address.of(path), 1);
        this.account = new LimitAccount(id, new LimitPolicy(Limits.unlimited(), TimeSource.system()), null);
    }

    /** Keeps what a turn writes. */
    static final class FakeTurn implements Turn {
        final List<StoredRow> rows = new CopyOnWriteArrayList<>();
        private final String name;
        private int steps;

        FakeTurn(String name) {
            this.name = name;
        }

        @Override
        public void add(StoredRow row) {
            rows.add(row);
        }

        @Override
        public synchronized boolean addIfUnchanged(StoredRow.WorkingRow row, int changesBefore) {
            return changes(row.namespace(), row.session(), row.key()) == changesBefore && rows.add(row);
        }

        private List<StoredRow.WorkingRow> of(String namespace, String session) {
            var all = new ArrayList<StoredRow.WorkingRow>();
            for (StoredRow row : rows) {
                if (row instanceof StoredRow.WorkingRow change
                        && change.namespace().equals(namespace)
                        && change.session().equals(session)) {
                    all.add(change);
                }
            }
            return all;
        }

        @Override
        public StoredRow.@Nullable WorkingRow working(String namespace, String session, String key) {
            return of(namespace, session).reversed().stream()
                    .filter(row -> row.key().equals(key))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public List<StoredRow.WorkingRow> workingOf(String namespace, String session) {
            return of(namespace, session).stream()
                    .filter(row -> row == working(namespace, session, row.key()))
                    .toList();
        }

        @Override
        public int changes(String namespace, String session, String key) {
            return (int) of(namespace, session).stream()
                    .filter(row -> row.key().equals(key))
                    .count();
        }

        @Override
        public synchronized String step() {
            return name + "/" + ++steps;
        }
    }

    @Override
    public Actor actor() {
        return this;
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public @Nullable Turn turn() {
        return turn;
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
        return action.resource().equals("agent/" + id.address().path());
    }

    @Override
    public void crossing() {
        checkStopped();
    }

    @Override
    public void checkStopped() {
        if (stopped) {
            throw new AgentStopped("agent " + id + " was terminated");
        }
    }

    @Override
    public void limitReached(Exceeded met) {
        throw met.exception();
    }
}
