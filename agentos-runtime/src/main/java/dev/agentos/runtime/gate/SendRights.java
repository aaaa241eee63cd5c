package dev.agentos.runtime.gate;

import dev.agentos.api.message.Address;
import org.jspecify.annotations.Nullable;

/**
 * The recipients that one sender is known to be allowed to send to, at most eight. Each entry is good for one epoch of the authority,
 * which every revocation ends. Thread-safe: a race costs a ruling, never grants one.
 */
public final class SendRights {
    private static final int SIZE = 7;

    /** The latest: all there is for most senders, of which there may be a million. Entries are immutable: stale is slow, not wrong. */
    private volatile @Nullable Known latest;

    /** Made for the second recipient. */
    private volatile @Nullable Known @Nullable [] others;

    private record Known(Address to, long epoch) {
        boolean allows(Address recipient, long now) {
            return epoch == now && to.equals(recipient);
        }
    }

    /** Makes one that knows nothing. */
    public SendRights() {}

    boolean allows(Address to, long epoch) {
        Known first = latest;
        if (first == null) {
            return false;
        }
        if (first.allows(to, epoch)) {
            return true;
        }
        @Nullable Known[] entries = others;
        Known entry = entries == null ? null : entries[slot(to)];
        return entry != null && entry.allows(to, epoch);
    }

    void remember(Address to, long epoch) {
        Known first = latest;
        latest = new Known(to, epoch);
        if (first == null || first.to.equals(to)) {
            return;
        }
        @Nullable Known[] entries = others;
        if (entries == null) {
            entries = new Known[SIZE];
        }
        entries[slot(to)] = null;
        entries[slot(first.to)] = first;
        others = entries;
    }

    /** By the hash of the path, which the string keeps: two recipients that fall together take turns, which is slow but right. */
    private static int slot(Address to) {
        int hash = to.path().hashCode();
        return Math.floorMod(hash ^ hash >>> 16, SIZE);
    }
}
