package dev.agentos.api.security;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a grant: a description, which permits nothing.
 *
 * @param id its number
 * @param capability what it permits
 * @param holder who may use it
 * @param parent the number of the grant that it was derived from; null if there is none
 * @param depth how often the right was handed on to somebody else on its way here
 * @param origin how it came into being
 * @param state whether it can be used
 * @param usage what was counted so far
 * @param created when it was made
 * @param by whose right it was derived from; its holder if it was derived from none
 * @since 0.3
 */
public record GrantInfo(
        long id,
        Capability capability,
        PrincipalId holder,
        @Nullable Long parent,
        int depth,
        GrantOrigin origin,
        State state,
        GrantUsage usage,
        Instant created,
        PrincipalId by) {
    /** Whether a grant can be used. */
    public enum State {
        /** It can, as far as its capability says. */
        ACTIVE,
        /** It was revoked, or one that it was derived from. */
        REVOKED,
        /** Its time is over. */
        EXPIRED,
        /** Its uses, or its bytes, are used up. */
        USED_UP
    }

    /** Checks that nothing is missing. */
    public GrantInfo {
        Objects.requireNonNull(capability, "capability");
        Objects.requireNonNull(holder, "holder");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(usage, "usage");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(by, "by");
    }

    /** {@return the description of a grant as it is now} */
    public static GrantInfo of(Grant grant) {
        Grant parent = grant.parent().orElse(null);
        return new GrantInfo(
                grant.id(),
                grant.capability(),
                grant.holder(),
                parent == null ? null : parent.id(),
                grant.depth(),
                grant.origin(),
                state(grant),
                grant.usage(),
                grant.created(),
                parent == null ? grant.holder() : parent.holder());
    }

    private static State state(Grant grant) {
        if (grant.revoked()) {
            return State.REVOKED;
        }
        if (grant.expired()) {
            return State.EXPIRED;
        }
        // Those above are asked too: their counts are shared, and may be used up by others.
        for (Grant each = grant; each != null; each = each.parent().orElse(null)) {
            if (isUsedUp(each)) {
                return State.USED_UP;
            }
        }
        return State.ACTIVE;
    }

    private static boolean isUsedUp(Grant grant) {
        Capability capability = grant.capability();
        if (capability.uses().isEmpty() && capability.maxBytes().isEmpty()) {
            return false;
        }
        GrantUsage usage = grant.usage();
        return capability.uses().isPresent()
                        && usage.uses() >= capability.uses().getAsLong()
                || capability.maxBytes().isPresent()
                        && usage.bytes() >= capability.maxBytes().getAsLong();
    }
}
