package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Storage;
import dev.agentos.runtime.token.GrantShelf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what tokens are exported from and imported into with the other grants. */
record ImportedGrants(Kernel kernel) implements GrantShelf {
    @Override
    public void keep(List<Grant> grants) {
        kernel.kept.keep(grants);
    }

    @Override
    public @Nullable Grant wake(long id) {
        return kernel.kept.wake(id);
    }

    @Override
    public boolean wasRevoked(long id) {
        Storage.StoredGrant stored = kernel.kept.row(id);
        return stored != null && stored.end() != null;
    }

    @Override
    public void hand(Grant made) {
        AgentId agent = made.holder().agentId();
        if (agent == null) {
            return; // whoever asked for it has it
        }
        Rights.Recipient recipient = kernel.rights.recipient(agent.address());
        if (!recipient.id().equals(agent)) {
            throw new DeliveryException(
                    ErrorCode.UNDELIVERABLE,
                    agent.address(),
                    "agent " + agent + " has ended; there is " + recipient.id());
        }
        kernel.rights.hand(made, recipient);
    }

    @Override
    public void revoke(Grant grant, String reason) {
        kernel.rights.cut(PrincipalId.HOST, grant, reason);
    }
}
