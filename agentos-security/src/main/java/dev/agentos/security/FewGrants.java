package dev.agentos.security;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** What a principal holds if it is so little that looking at each grant costs less than an index. Immutable. */
final class FewGrants extends AbstractList<Grant> implements RandomAccess {
    private final LocalAuthority authority;
    private final LocalGrant[] grants;

    /** All of them are the authority's. */
    FewGrants(LocalAuthority authority, List<LocalGrant> grants) {
        this.authority = authority;
        this.grants = grants.toArray(LocalGrant[]::new);
    }

    boolean isOf(LocalAuthority other) {
        return authority == other;
    }

    /** {@return the grant to use for an action; null if none permits it now} */
    @Nullable
    LocalGrant best(PrincipalId principal, Action action) {
        LocalGrant best = null;
        int type = action.type().hashCode();
        for (int i = 0; i < grants.length && !LocalGrant.isThereAndFree(best); i++) {
            if (!grants[i].isOfOtherType(type)) {
                best = grants[i].orBetter(best, principal, action);
            }
        }
        return best;
    }

    @Override
    public Grant get(int index) {
        return grants[index];
    }

    @Override
    public int size() {
        return grants.length;
    }
}
