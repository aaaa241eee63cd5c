package dev.agentos.runtime.approval;

import dev.agentos.api.security.PrincipalId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much may wait for people at a time: they have to read it, and it is kept in memory. Thread-safe. */
final class Room {
    private final Bounds bounds;
    /** Guarded by this; so is the rest. */
    private final Map<PrincipalId, Integer> ofEach = new HashMap<>();

    private int tickets;
    private long size;

    /**
     * Bounds.
     *
     * @param ofOne tickets of one principal
     * @param inAll tickets
     * @param longest characters of one ticket
     * @param size characters of all
     */
    record Bounds(int ofOne, int inAll, long longest, long size) {}

    Room(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Takes the place of a ticket. {@return why there is none; null if it is taken} */
    synchronized @Nullable String take(PrincipalId principal, long characters) {
        if (characters > bounds.longest) {
            return "it is too long to be shown to a person: " + characters + " characters, of at most "
                    + bounds.longest;
        }
        int own = ofEach.getOrDefault(principal, 0);
        if (own >= bounds.ofOne) {
            return own + " attempts of " + principal + " wait for a person already, which is the most";
        }
        if (tickets >= bounds.inAll || size + characters > bounds.size) {
            return tickets + " attempts wait for a person already, and no more can";
        }
        takeAnyway(principal, characters);
        return null;
    }

    /** Takes the place of a ticket that waits already. */
    synchronized void takeAnyway(PrincipalId principal, long characters) {
        ofEach.merge(principal, 1, Integer::sum);
        tickets++;
        size += characters;
    }

    /** Gives the place of a ticket back. */
    synchronized void give(PrincipalId principal, long characters) {
        ofEach.computeIfPresent(principal, (who, count) -> count == 1 ? null : count - 1);
        tickets--;
        size -= characters;
    }
}
