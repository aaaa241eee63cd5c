package dev.agentos.runtime.gate;

import dev.agentos.api.message.Address;
import org.jspecify.annotations.Nullable;

/**
 * The recipients that one sender is known to be allowed to send to, at most eight. Each entry is good for one epoch of the authority,
 * which every revocation ends. Thread-safe: a race costs a ruling, never grants one.
 */
public final class SendRights {
    private static final int SIZE = 8;

    /** Made on the first ruling: most senders are idle. Entries are immutable, so a stale read is a stale but true ruling. */
    private volatile @Nullable Known @Nullable [] known;

    private record Known(Address to, long epoch) {}

    /** Makes one that knows nothing. */
    public SendRights() {}

    boolean allows(Address to, long epoch) {
        @Nullable Known[] entries = known;
        if (entries == null) {
            return false;
        }
        Known entry = entries[slot(to)];
        return entry != null && entry.epoch == epoch && entry.to.equals(to);
    }

    void remember(Address to, long epoch) {
        @Nullable Known[] entries = known;
        if (entries == null) {
            entries = new Known[SIZE];
        }
        entries[slot(to)] = new Known(to, epoch);
        known = entries;
    }

    /** By the hash of the path, which the string keeps: two recipients that fall together take turns, which is slow but right. */
    private static int slot(Address to) {
        int hash = to.path().hashCode();
        return (hash ^ hash >>> 16) & SIZE - 1;
    }
}
