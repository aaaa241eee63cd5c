package dev.agentos.api.security;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a grant so far. Whatever was derived from it counts here too, but for denials.
 *
 * @param uses how often it was used
 * @param denials how often an action was denied to which it came nearest of those held; asking {@code explain} is none
 * @param inFlight how many uses go on now; of {@code agent:… spawn}, how many of the children live
 * @param lastUse when it was last used, to the second; null if it never was
 * @param bytes how many bytes went through it; counted only if it, or one that it was derived from, has {@code maxBytes}
 * @param budgetUsed how much of its {@code budget} is used, within the present period if that has one; 0 if it has none
 * @since 0.3
 */
public record GrantUsage(
        long uses, long denials, long inFlight, @Nullable Instant lastUse, long bytes, BigDecimal budgetUsed) {
    /** No use. */
    public static final GrantUsage NONE = new GrantUsage(0, 0, 0, null, 0, BigDecimal.ZERO);

    /** Checks that nothing is missing. */
    public GrantUsage {
        Objects.requireNonNull(budgetUsed, "budgetUsed");
    }
}
