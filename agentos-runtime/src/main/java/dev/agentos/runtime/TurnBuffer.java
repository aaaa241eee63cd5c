package dev.agentos.runtime;

import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.DurableTurn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of a durable agent has written and not committed yet: the turn reads its own writes from here, and all of it is
 * committed together when the turn ends, or dropped with it. Thread-safe: the parts of a turn write at the same time.
 */
public final class TurnBuffer implements DurableTurn {
    /** How many rows one turn may write: it is one transaction. */
    static final int MOST = 100_000;

    private final String turn;
    /** Guarded by this, like all below. */
    private final List<StoredRow> rows = new ArrayList<>();

    private final Map<Key, Change> working = new LinkedHashMap<>();
    private final List<Runnable> leaving = new ArrayList<>();
    private final Map<String, Integer> occurrences = new HashMap<>(2);
    private int steps;

    /**
     * Makes the buffer of a turn that begins.
     *
     * @param turn the same text whenever this turn runs again, and no other turn's
     */
    TurnBuffer(String turn) {
        this.turn = turn;
    }

    @Override
    public String name() {
        return turn;
    }

    @Override
    public synchronized int occurrence(String what) {
        return occurrences.merge(what, 1, Integer::sum);
    }

    private record Key(String namespace, String session, String key) {}

    private record Change(StoredRow.WorkingRow newest, int count) {}

    /**
     * Adds what is to be committed when the turn ends.
     *
     * @throws IllegalStateException if the turn has written too much
     */
    @Override
    public synchronized void add(StoredRow row) {
        if (rows.size() >= MOST) {
            throw new IllegalStateException("turn " + turn + " has written " + MOST + " times, which is the most");
        }
        rows.add(row);
        if (row instanceof StoredRow.WorkingRow changed) {
            var key = new Key(changed.namespace(), changed.session(), changed.key());
            working.merge(key, new Change(changed, 1), (before, now) -> new Change(changed, before.count + 1));
        }
    }

    /** {@return what the turn has last written to a key; null if nothing} */
    public synchronized StoredRow.@Nullable WorkingRow working(String namespace, String session, String key) {
        Change change = working.get(new Key(namespace, session, key));
        return change == null ? null : change.newest;
    }

    /** {@return how often the turn has written to a key: its version will be that much higher} */
    public synchronized int changes(String namespace, String session, String key) {
        Change change = working.get(new Key(namespace, session, key));
        return change == null ? 0 : change.count;
    }

    /** {@return what the turn has last written to each key of a session} */
    public synchronized List<StoredRow.WorkingRow> workingOf(String namespace, String session) {
        return working.entrySet().stream()
                .filter(each -> each.getKey().namespace.equals(namespace)
                        && each.getKey().session.equals(session))
                .map(each -> each.getValue().newest)
                .toList();
    }

    /**
     * Returns a name for the next step of this turn, which it has again when the turn runs again: for what is written at once, so
     * that it is there once.
     */
    public synchronized String step() {
        steps++;
        return turn + "/" + steps;
    }

    /**
     * Has something done once the turn is committed, and never if it is not: what leaves the agent, in order. It is quick, does not
     * block, and runs on any thread.
     */
    @Override
    public synchronized void whenCommitted(Runnable leave) {
        if (leaving.size() >= MOST) {
            throw new IllegalStateException("turn " + turn + " has sent " + MOST + " times, which is the most");
        }
        leaving.add(leave);
    }

    /** {@return what is to be done once the turn is committed, in order} */
    synchronized List<Runnable> leaving() {
        return List.copyOf(leaving);
    }

    /** {@return whether the turn has asked for the name of a step} */
    synchronized boolean hasSteps() {
        return steps > 0;
    }

    /** {@return what the turn has written, in order} */
    synchronized List<StoredRow> rows() {
        return List.copyOf(rows);
    }
}
