package dev.agentos.runtime;

import dev.agentos.api.security.Grant;
import dev.agentos.runtime.token.GrantShelf;

/** Grants that came by token are with whoever asked for them: the host, a person or the command line. They end with the program. */
final class ImportedGrants implements GrantShelf {
    @Override
    public void hand(Grant made) {
        if (made.holder().agentId() != null) {
            throw new IllegalArgumentException(
                    "a token is imported for the host, a person or the command line, who delegate"
                            + " what comes of it; not for " + made.holder());
        }
    }

    /** Whoever holds the grant itself has revoked it; of earlier runs there is none. */
    @Override
    public void revoke(long id, String reason) {}
}
