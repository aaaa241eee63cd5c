package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.message.Address;
import dev.agentos.api.spi.StoredRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The durable agents that live in the store only, until they are brought back. Thread-safe. */
final class Dormant {
    private final Map<Address, StoredRow.AgentRow> rows = new ConcurrentHashMap<>();

    /** Takes those that are durable; of one address, the last that lived there. */
    Dormant(List<StoredRow.AgentRow> living) {
        for (StoredRow.AgentRow row : living) {
            if (row.spec() != null && !row.state().ended()) {
                rows.merge(row.id().address(), row, (a, b) -> a.id().incarnation() > b.id().incarnation() ? a : b);
            }
        }
    }

    StoredRow.@Nullable AgentRow find(Address address) {
        return rows.get(address);
    }

    /** {@return whether just this agent waits in the store to be brought back} */
    boolean has(AgentId id) {
        StoredRow.AgentRow row = rows.get(id.address());
        return row != null && row.id().equals(id);
    }

    /** An agent was brought back. */
    void woke(StoredRow.AgentRow row) {
        rows.remove(row.id().address(), row);
    }

    /** An agent that was to be brought back could not be. */
    void sleeps(StoredRow.AgentRow row) {
        rows.putIfAbsent(row.id().address(), row);
    }

    /** An agent has gone to sleep in the state that it is to come back in. */
    void sleeps(AgentCell cell, Durable durable, AgentState state, String reason) {
        rows.put(
                cell.id.address(),
                new StoredRow.AgentRow(
                        cell.id,
                        cell.owner,
                        state,
                        reason,
                        Times.instant(cell.spawned),
                        cell.spec.labels(),
                        durable.spec));
    }

    /** {@return all, parents before children} */
    List<StoredRow.AgentRow> all() {
        var all = new ArrayList<>(rows.values());
        all.sort(Comparator.<StoredRow.AgentRow>comparingInt(
                        row -> row.id().address().depth())
                .thenComparingLong(row -> row.id().incarnation()));
        return all;
    }
}
