package dev.agentos.runtime.store;

import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Storage;
import java.util.List;
import java.util.Optional;

/** What a store answers that has no grants. */
public final class EmptyGrants implements Storage.GrantRepository {
    /** Makes one. */
    public EmptyGrants() {}

    @Override
    public Optional<Storage.StoredGrant> find(long id) {
        return Optional.empty();
    }

    @Override
    public List<Storage.StoredGrant> living(long after, int most) {
        return List.of();
    }

    @Override
    public List<Storage.StoredGrant> of(PrincipalId holder) {
        return List.of();
    }

    @Override
    public long reserved() {
        return 0;
    }
}
