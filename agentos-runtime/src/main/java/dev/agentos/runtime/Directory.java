package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Who lives where, and the last of those who have ended. Thread-safe. */
final class Directory {
    /** Ended agents that are remembered. */
    static final int REMEMBERED = 1_000;

    private static final long NAP_NANOS = 10_000;

    private final ConcurrentHashMap<Address, AgentCell> living = new ConcurrentHashMap<>();
    private final AtomicLong incarnations = new AtomicLong();
    private final ReentrantLock endedLock = new ReentrantLock();
    /** Guarded by endedLock. */
    private final Map<AgentId, AgentCell> ended = new LinkedHashMap<>();

    /** @param last the highest incarnation that an earlier runtime over the same store has used; 0 if there is none */
    Directory(long last) {
        incarnations.set(last);
    }

    long nextIncarnation() {
        return incarnations.incrementAndGet();
    }

    /** {@return who has the address already; null if the agent has it now} */
    @Nullable
    AgentCell add(AgentCell cell) {
        return living.putIfAbsent(cell.id.address(), cell);
    }

    /** Takes an agent off that never lived. */
    void undo(AgentCell cell) {
        living.remove(cell.id.address(), cell);
    }

    /** Frees the address and remembers the agent for a while. */
    void ended(AgentCell cell) {
        lockEnded();
        try {
            ended.put(cell.id, cell);
            if (ended.size() > REMEMBERED) {
                ended.remove(ended.keySet().iterator().next());
            }
        } finally {
            endedLock.unlock();
        }
        living.remove(cell.id.address(), cell);
    }

    @Nullable
    AgentCell find(Address address) {
        return living.get(address);
    }

    @Nullable
    AgentCell find(AgentId id) {
        AgentCell cell = living.get(id.address());
        if (cell != null && cell.id.incarnation() == id.incarnation()) {
            return cell;
        }
        lockEnded();
        try {
            return ended.get(id);
        } finally {
            endedLock.unlock();
        }
    }

    /** {@return who lives at an address, or lived there last; null if that is forgotten, or there was nobody} */
    @Nullable
    AgentCell latest(Address address) {
        AgentCell cell = living.get(address);
        if (cell != null) {
            return cell;
        }
        lockEnded();
        try {
            for (AgentCell each : ended.values()) { // in the order of their ends: the last one of the address counts
                cell = each.id.address().equals(address) ? each : cell;
            }
            return cell;
        } finally {
            endedLock.unlock();
        }
    }

    /** {@return the living, in the order they were spawned} */
    List<AgentCell> living() {
        var all = new ArrayList<>(living.values());
        all.sort((a, b) -> Long.compare(a.id.incarnation(), b.id.incarnation()));
        return all;
    }

    /** {@return the living and the remembered, in the order they were spawned} */
    List<AgentCell> all() {
        var all = new LinkedHashMap<AgentId, AgentCell>();
        lockEnded();
        try {
            all.putAll(ended);
        } finally {
            endedLock.unlock();
        }
        living.values().forEach(cell -> all.put(cell.id, cell));
        var sorted = new ArrayList<>(all.values());
        sorted.sort((a, b) -> Long.compare(a.id.incarnation(), b.id.incarnation()));
        return sorted;
    }

    int livingCount() {
        return living.size();
    }

    /** Barges in instead of queueing: see {@link LifeCell} on threads that control agents. */
    private void lockEnded() {
        while (!endedLock.tryLock()) {
            LockSupport.parkNanos(this, NAP_NANOS);
        }
    }
}
