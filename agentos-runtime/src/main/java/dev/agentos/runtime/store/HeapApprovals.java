package dev.agentos.runtime.store;

import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Approvals in memory: those that are open, and the last of the others. Thread-safe. */
final class HeapApprovals implements Storage.ApprovalRepository {
    private final int history;
    private final BargingLock lock = new BargingLock();
    /** By ticket. Guarded by lock. */
    private final TreeMap<Long, StoredRow.ApprovalRow> rows = new TreeMap<>();
    /** Those of which nobody waits for anything, in the order in which they became so. Guarded by lock. */
    private final SequencedSet<Long> over = new LinkedHashSet<>();
    /** Guarded by lock. */
    private long last;

    HeapApprovals(int history) {
        this.history = history;
    }

    void put(StoredRow.ApprovalRow row) {
        locked(() -> {
            long ticket = row.approval().ticket();
            rows.put(ticket, row);
            last = Math.max(last, ticket);
            if (isOpen(row)) {
                over.remove(ticket);
            } else {
                over.add(ticket);
            }
            while (over.size() > history) {
                rows.remove(over.removeFirst());
            }
            return last;
        });
    }

    void over(StoredRow.ApprovalOverRow turn) {
        StoredRow.ApprovalRow row = locked(() -> rows.get(turn.ticket()));
        if (row != null) {
            put(new StoredRow.ApprovalRow(row.approval(), null, row.begun()));
        }
    }

    private static boolean isOpen(StoredRow.ApprovalRow row) {
        return row.approval().isPending() || row.place() != null;
    }

    @Override
    public Optional<StoredRow.ApprovalRow> find(long ticket) {
        return locked(() -> Optional.ofNullable(rows.get(ticket)));
    }

    @Override
    public List<StoredRow.ApprovalRow> open() {
        return locked(() -> new ArrayList<>(rows.values())).stream()
                .filter(HeapApprovals::isOpen)
                .toList();
    }

    @Override
    public List<StoredRow.ApprovalRow> after(long ticket, int most) {
        return locked(
                () -> rows.tailMap(ticket, false).values().stream().limit(most).toList());
    }

    @Override
    public long lastTicket() {
        return locked(() -> last);
    }

    private <T> T locked(Supplier<T> access) {
        lock.lock();
        try {
            return access.get();
        } finally {
            lock.unlock();
        }
    }
}
