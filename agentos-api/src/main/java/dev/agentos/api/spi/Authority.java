package dev.agentos.api.spi;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mints grants, and says whether those that a principal holds cover an action. Fails closed: a grant of another authority,
 * of another holder, revoked or used up covers nothing. Thread-safe.
 *
 * @since 0.1
 */
public interface Authority {
    /** {@return a grant of every action to a principal; what the host holds} */
    Grant mintRoot(PrincipalId holder);

    /** {@return a grant that is derived as {@link #derive(List, PrincipalId, Capability, GrantOrigin)} says, by being granted} */
    default Grant derive(List<Grant> from, PrincipalId holder, Capability capability) {
        return derive(from, holder, capability, GrantOrigin.GRANTED);
    }

    /**
     * Returns a grant derived from those of whoever hands it over; its uses count against them too. Of several that it is
     * within, one that counts nothing is taken. Handing it to somebody else needs a grant that may still be handed on: what is
     * handed on has to be {@linkplain Capability#handedOn() one less} in {@code depth}.
     *
     * @param from what the giver holds
     * @throws dev.agentos.api.error.DeniedException if no single one of these covers all of the capability, naming it
     */
    Grant derive(List<Grant> from, PrincipalId holder, Capability capability, GrantOrigin origin);

    /**
     * Returns a narrower grant of the same holder.
     *
     * @throws dev.agentos.api.error.DeniedException if it would not be narrower, or the grant is revoked or expired
     */
    default Grant attenuate(Grant grant, Capability narrower) {
        return derive(List.of(grant), grant.holder(), narrower, GrantOrigin.ATTENUATED);
    }

    /**
     * Returns a grant that is lent to somebody else.
     *
     * @param narrower what of it; null for all of it
     * @throws dev.agentos.api.error.DeniedException if it would not be narrower, the grant is revoked or expired, or may not be
     *     handed on any more
     */
    default Grant delegate(Grant grant, @Nullable Capability narrower, PrincipalId to) {
        Capability capability = narrower == null ? grant.capability().handedOn().orElse(grant.capability()) : narrower;
        return derive(List.of(grant), to, capability, GrantOrigin.DELEGATED);
    }

    /**
     * Brings a grant back that a store has kept, with what was counted of it. Times that the store knows of are never taken for
     * times to come: a clock that was set back meanwhile revives nothing.
     *
     * @param parent what it was derived from: brought back too, or what its giver holds from the start now
     * @throws dev.agentos.api.error.DeniedException if it has ended, or is not within the parent, or that is revoked
     */
    Grant restore(Storage.StoredGrant stored, Grant parent);

    /**
     * Marks a grant as kept in a store: {@link #takeUses} tells of it from now on. So are those that it was derived from, up to the
     * one that was held from the start.
     *
     * @return the rows of those that were not marked before, parents first
     * @throws dev.agentos.api.error.DeniedException if it is revoked: what is revoked meanwhile is refused here, or is known to
     *     be kept to whoever revokes it
     */
    List<StoredRow.GrantRow> keep(Grant grant);

    /** {@return whether it is an object that this authority made} Anybody can write a class that is a {@link Grant} and says anything. */
    boolean issued(Grant grant);

    /** {@return what is counted now of each kept grant that was used since this was last asked; for the store} */
    List<StoredRow.GrantUseRow> takeUses();

    /** {@return whether {@link #takeUses} would say anything now, as far as this thread can know; asked at every action} */
    boolean hasUses();

    /**
     * Prepares what a principal holds, for many checks: with hundreds of grants they are found by type and resource.
     *
     * @return the same grants in the same order; unmodifiable
     */
    default List<Grant> prepare(List<Grant> held) {
        return List.copyOf(held);
    }

    /**
     * Says why one of these grants covers all of an action, or none does. Counts nothing, denials included.
     *
     * @param held what the principal holds
     * @return one of {@link Explanation.Granted}, {@link Explanation.Asks} and {@link Explanation.Missed}
     */
    Explanation explain(PrincipalId principal, List<Grant> held, Action action);

    /**
     * Says whether one of these grants covers all of an action. Counts nothing. Of several that do, one without
     * constraints is preferred, then one that counts, then one that asks.
     *
     * @param held what the principal holds, best {@linkplain #prepare prepared}
     */
    Ruling check(PrincipalId principal, List<Grant> held, Action action);

    /**
     * Counts an action that was denied, since none of these grants covers it, at the one that comes nearest, if there is one.
     *
     * @param held what the principal holds
     */
    void deny(PrincipalId principal, List<Grant> held, Action action);

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
    @Nullable
    Use begin(Grant grant, Action action);

    /**
     * Revokes a grant and everything derived from it; visible to every thread when it returns.
     *
     * @return whether it is {@linkplain #keep kept}: then it comes back with the next runtime, unless whoever revokes writes its
     *     end to the store, which he does before he reports that it is revoked
     */
    boolean revoke(Grant grant);

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
