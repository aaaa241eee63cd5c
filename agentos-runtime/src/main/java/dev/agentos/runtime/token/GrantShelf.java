package dev.agentos.runtime.token;

import dev.agentos.api.security.Grant;

/** Where the runtime keeps grants. */
public interface GrantShelf {
    /**
     * Puts a grant that was derived for somebody where that finds it.
     *
     * @throws dev.agentos.api.error.DeliveryException if there is nobody of that name
     */
    void hand(Grant made);

    /** Revokes a grant by its number, one of an earlier run included. Nothing happens if there is none. */
    void revoke(long id, String reason);
}
