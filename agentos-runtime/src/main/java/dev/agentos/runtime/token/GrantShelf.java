package dev.agentos.runtime.token;

import dev.agentos.api.security.Grant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the runtime keeps grants. Thread-safe. */
public interface GrantShelf {
    /** Has grants, and what they were derived from, come back with the next start. Returns when they are stored. */
    void keep(List<Grant> grants);

    /** {@return the grant of a number that is kept, brought back with what was counted of it; null if it has ended} */
    @Nullable
    Grant wake(long id);

    /** {@return whether the grant of a number that is kept was itself revoked} */
    boolean wasRevoked(long id);

    /**
     * Puts a grant that was derived for somebody where that finds it, and keeps it if its holder is kept.
     *
     * @throws dev.agentos.api.error.DeliveryException if there is nobody of that name
     */
    void hand(Grant made);

    /** Revokes a grant, and has it never come back. */
    void revoke(Grant grant, String reason);
}
