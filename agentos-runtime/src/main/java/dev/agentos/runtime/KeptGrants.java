package dev.agentos.runtime;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.schedule.Wait;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A row says what a grant was derived from, by number, up to one that somebody holds from the start, which is made anew with each runtime and has
 * no row. So a grant comes back when its parent has: by way of this class, which makes one object of each row, since revocations and counts are the
 * object's. It remembers those objects without keeping them.
 *
 * The authority says of a grant that is revoked whether it is kept, and refuses to keep one that is revoked: so whoever revokes knows whether there is
 * an end to be written, which counts whenever it is written, before the row of the grant too.
 */

/** The grants of one runtime that a store keeps for its next start. Thread-safe. */
final class KeptGrants {
    private static final Logger log = LoggerFactory.getLogger(KeptGrants.class);
    private static final int FIRST_PURGE = 1_024;

    private final Kernel kernel;
    /** Whether there is a store that outlives the program. */
    private final boolean persistent;

    /** Those that are objects now. */
    private final Map<Long, WeakReference<Grant>> present = new ConcurrentHashMap<>();

    private volatile int purgeAt = FIRST_PURGE;

    KeptGrants(Kernel kernel, boolean persistent) {
        this.kernel = kernel;
        this.persistent = persistent;
    }

    // ---- writing

    /** {@return the rows that have to be in the store for grants to come back; for a commit of the caller's} */
    List<StoredRow> rows(List<Grant> grants) {
        if (!persistent || grants.isEmpty()) {
            return List.of();
        }
        var rows = new ArrayList<StoredRow>();
        for (Grant grant : grants) {
            rows.addAll(kernel.authority.keep(grant));
            for (Grant each = grant; each != null; each = each.parent().orElse(null)) {
                remember(each);
            }
        }
        return rows;
    }

    /**
     * Has grants come back with the next start. Returns when they are stored.
     *
     * @throws DeniedException if one was revoked meanwhile
     * @throws StorageException if that cannot be
     */
    void keep(List<Grant> grants) {
        List<StoredRow> rows = rows(grants);
        if (!rows.isEmpty()) {
            commit(rows);
        }
    }

    /**
     * Writes that a grant never comes back, nor what was derived from it. Returns when that is stored.
     *
     * @throws StorageException if it cannot be
     */
    void end(long grant, PrincipalId by, String reason) {
        if (persistent) {
            commit(List.of(new StoredRow.GrantEndRow(grant, kernel.time.now(), by, reason)));
        }
    }

    /** Writes what was counted since it was last written; before the storage is closed. */
    void close() {
        List<StoredRow> rows = List.copyOf(kernel.authority.takeUses());
        if (!rows.isEmpty()) {
            try {
                commit(rows);
            } catch (StorageException e) {
                log.atError().addKeyValue("grants", rows.size()).setCause(e).log("uses of grants were not stored");
            }
        }
    }

    private void commit(List<StoredRow> rows) {
        var stored = kernel.storage.commit(rows, Durability.DURABLE).toCompletableFuture();
        kernel.scheduler.waiting(Wait.ACTIVE, () -> {
            try {
                return stored.join();
            } catch (CompletionException e) {
                throw Inbox.unchecked(e);
            }
        });
    }

    private void remember(Grant grant) {
        if (grant.origin() == GrantOrigin.ROOT) {
            return;
        }
        present.putIfAbsent(grant.id(), new WeakReference<>(grant));
        if (present.size() >= purgeAt) {
            present.values().removeIf(each -> each.refersTo(null));
            purgeAt = Math.max(FIRST_PURGE, 2 * present.size());
        }
    }

    // ---- reading

    /** {@return what the store has of an agent, without what has an end of its own} */
    List<Storage.StoredGrant> of(PrincipalId holder) {
        return persistent ? kernel.storage.grants().of(holder) : List.of();
    }

    /** {@return what the store has; null if it has none of that number} */
    Storage.@Nullable StoredGrant row(long id) {
        return persistent ? kernel.storage.grants().find(id).orElse(null) : null;
    }

    /** {@return what the store has after a number that has no end of its own, by number, at most so many} */
    List<Storage.StoredGrant> after(long id, int most) {
        return persistent ? kernel.storage.grants().living(id, most) : List.of();
    }

    /** {@return the grant of a number that the store has, brought back; null if it has none, or that has ended} */
    @Nullable
    Grant wake(long id) {
        Storage.StoredGrant stored = row(id);
        return stored == null ? null : restore(stored);
    }

    /**
     * Brings a grant back that the store has.
     *
     * @return null if it has ended, one that it was derived from has, or its giver does not hold the like any more
     */
    synchronized @Nullable Grant restore(Storage.StoredGrant stored) {
        long id = stored.grant().id();
        WeakReference<Grant> known = present.get(id);
        Grant there = known == null ? null : known.get();
        if (there != null) {
            return there;
        }
        Grant made = stored.end() != null ? null : made(stored);
        if (made != null) {
            present.put(id, new WeakReference<>(made));
        }
        return made;
    }

    private @Nullable Grant made(Storage.StoredGrant stored) {
        StoredRow.GrantRow row = stored.grant();
        for (Grant parent : parents(row)) {
            try {
                return kernel.authority.restore(stored, parent);
            } catch (DeniedException gone) {
                log.atInfo()
                        .addKeyValue("grant", row.id())
                        .addKeyValue("holder", row.holder())
                        .addKeyValue("reason", gone.reason())
                        .log("grant does not come back");
            }
        }
        return null;
    }

    /** Of several that its giver holds from the start now, the first that it is within counts. */
    private List<Grant> parents(StoredRow.GrantRow row) {
        Long above = row.parent();
        if (above != null) {
            Storage.StoredGrant stored = row(above);
            Grant parent = stored == null ? null : restore(stored);
            return parent == null ? List.of() : List.of(parent);
        }
        if (row.by().kind() == PrincipalId.Kind.AGENT) {
            return List.of();
        }
        return kernel.principals.of(row.by()).grants().stream()
                .sorted(Comparator.comparing(
                        grant -> !grant.capability().constraints().isEmpty()))
                .toList();
    }
}
