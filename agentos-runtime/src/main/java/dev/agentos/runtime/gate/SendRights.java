package dev.agentos.runtime.gate;

import dev.agentos.api.message.Address;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import org.jspecify.annotations.Nullable;

/**
 * Where one sender is known to be allowed to send to, at most eight entries: a grant for a whole tree of agents makes one, whoever the
 * recipients are; any other ruling makes one for its recipient. Each entry is good for one epoch of the authority, which every revocation
 * ends. Thread-safe: a race costs a ruling, never grants one.
 */
public final class SendRights {
    private static final int SIZE = 6;

    /** The latest tree: all there is for most senders, of which there may be a million. Entries are immutable: stale is slow, not wrong. */
    private volatile @Nullable Tree tree;

    /** The latest recipient by another grant, or by none. */
    private volatile @Nullable Known latest;

    /** Made for the second such recipient. */
    private volatile @Nullable Known @Nullable [] others;

    /** All agents at an address and below it; all there are if that is empty. */
    private record Tree(String base, long epoch) {
        boolean allows(Address recipient, long now) {
            return epoch == now && contains(recipient.path());
        }

        private boolean contains(String path) {
            int length = base.length();
            return length == 0 || path.startsWith(base) && (path.length() == length || path.charAt(length) == '/');
        }
    }

    private record Known(Address to, long epoch) {
        boolean allows(Address recipient, long now) {
            return epoch == now && to.equals(recipient);
        }
    }

    /** Makes one that knows nothing. */
    public SendRights() {}

    boolean allows(Address to, long epoch) {
        Tree known = tree;
        if (known != null && known.allows(to, epoch)) {
            return true;
        }
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

    /**
     * Remembers a ruling.
     *
     * @param by the grant that allows it, which has no constraint at all: nothing but attributes is left to constrain a free grant, and a
     *     send has none, which satisfies none; null if it needs no grant
     */
    void remember(Address to, @Nullable Grant by, long epoch) {
        Capability capability = by == null ? null : by.capability();
        if (capability != null && capability.isTree()) {
            tree = new Tree(capability.base(), epoch);
        } else {
            remember(to, epoch);
        }
    }

    private void remember(Address to, long epoch) {
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
