package dev.agentos.runtime;

import dev.agentos.api.security.Grant;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The grants of one agent that do not work by themselves: what it was lent, and what it has made narrower as long as somebody remembers
 * that. Thread-safe.
 */
final class Purse {
    /** How much an agent may be lent at a time: others decide how much it gets, and it pays with memory. */
    static final int MOST = 10_000;

    private static final int FIRST_PURGE = 64;

    /** By number, in the order they came. Guarded by this, like all below. */
    private final Map<Long, Grant> lent = new LinkedHashMap<>();

    private final List<WeakReference<Grant>> made = new ArrayList<>(2);
    private int purgeLentAt = FIRST_PURGE;
    private int purgeMadeAt = FIRST_PURGE;

    /** {@return whether there was room for it, or it was there} */
    synchronized boolean lend(Grant grant) {
        if (lent.size() >= purgeLentAt) {
            lent.values().removeIf(Purse::hasEnded);
            purgeLentAt = Math.clamp(2L * lent.size(), FIRST_PURGE, MOST);
        }
        if (lent.size() >= MOST) {
            return lent.containsKey(grant.id());
        }
        lent.putIfAbsent(grant.id(), grant);
        return true;
    }

    /** {@return what it is lent and has not ended, the oldest first} */
    synchronized List<Grant> lent() {
        return lent.values().stream().filter(grant -> !hasEnded(grant)).toList();
    }

    /** Notes what it has made, without keeping it. */
    synchronized void made(Grant grant) {
        if (made.size() >= purgeMadeAt) {
            made.removeIf(each -> each.refersTo(null));
            purgeMadeAt = Math.max(FIRST_PURGE, 2 * made.size());
        }
        made.add(new WeakReference<>(grant));
    }

    /** {@return everything in it, what has ended and was not forgotten yet included} */
    synchronized List<Grant> all() {
        var all = new ArrayList<>(lent.values());
        made.stream().map(WeakReference::get).filter(Objects::nonNull).forEach(all::add);
        return all;
    }

    private static boolean hasEnded(Grant grant) {
        return grant.revoked() || grant.expired();
    }
}
