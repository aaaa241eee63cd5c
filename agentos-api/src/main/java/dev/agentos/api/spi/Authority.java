package dev.agentos.api.spi;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Mints grants, and says whether those that a principal holds cover an action. Fails closed: a grant of another authority,
 * of another holder, revoked or used up covers nothing. Thread-safe.
 *
 * @since 0.1
 */
public interface Authority {
    /** {@return a grant of every action to a principal; what the host holds} */
    Grant mintRoot(PrincipalId holder);

    /**
     * Returns a grant derived from those of whoever hands it over; its uses count against them too. Of several that it is
     * within, one that counts nothing is taken.
     *
     * @param from what the giver holds
     * @throws dev.agentos.api.error.DeniedException if no single one of these covers all of the capability, naming it
     */
    Grant derive(List<Grant> from, PrincipalId holder, Capability capability);

    /**
     * Says whether one of these grants covers all of an action. Counts nothing. Of several that do, one without
     * constraints is preferred, then one that counts, then one that asks.
     *
     * @param held what the principal holds
     */
    Ruling check(PrincipalId principal, List<Grant> held, Action action);

    /**
     * Starts the use of a grant: counts it, then looks once more whether it is revoked, expired or used up. Does not look
     * for an approval: whoever was told {@link Ruling.Asks} begins when it is given.
     *
     * <p>A call that is listed as running before it begins is found by whoever revokes first and then looks for running
     * calls whose {@linkplain Grant#revoked() grant is revoked}: it has begun, or is just being refused. No call begins
     * after {@code revoke} has returned.
     *
     * <p>The use for {@code agent:… spawn} stands for the child: close it when the child has ended, not when it has
     * started, since {@code max} is compared with the uses that are open. Give the use up at once if spawning fails.
     *
     * @return the use, which the caller closes when the action has ended; null if the grant does not hold any more
     */
    @org.jspecify.annotations.Nullable
    Use begin(Grant grant, Action action);

    /** Revokes a grant and everything derived from it; visible to every thread when it returns. */
    void revoke(Grant grant);

    /** {@return changes whenever a grant is revoked; for caching the rulings of {@link Ruling.Allowed#cacheable()}} */
    long epoch();

    /** A use of a grant that has begun. */
    interface Use extends AutoCloseable {
        /** Counts bytes against {@code maxBytes} and returns whether they are within it. */
        boolean charge(long bytes);

        /** Ends the use. Again: nothing happens. */
        @Override
        void close();
    }

    /** What an authority says. */
    sealed interface Ruling {
        /**
         * A grant covers the action.
         *
         * @param cacheable whether that holds until the epoch changes: the grant has no constraint but on attributes
         */
        record Allowed(Grant grant, boolean cacheable) implements Ruling {}

        /** A grant covers it, if a person approves. */
        record Asks(Grant grant, String reason, Duration expiry) implements Ruling {}

        /**
         * None covers it.
         *
         * @param reason the nearest miss and why it missed
         * @param missing the capability that would, in text form
         */
        record Refused(String reason, String missing) implements Ruling {}
    }

    /**
     * Checks that a capability's argument predicates are attributes that a tool declares.
     *
     * @param declared what the tool declares
     * @throws IllegalArgumentException naming the key that is not declared, and those that are
     */
    default void checkAttributes(Capability capability, Set<String> declared) {
        for (String key : capability.attributeKeys()) {
            if (!declared.contains(key)) {
                throw new IllegalArgumentException("capability '" + capability + "': '" + key
                        + "' is not an attribute of the tool; it declares " + new java.util.TreeSet<>(declared));
            }
        }
    }
}
