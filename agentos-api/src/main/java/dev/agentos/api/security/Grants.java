package dev.agentos.api.security;

import dev.agentos.api.message.Address;
import java.util.List;
import java.util.Optional;

/**
 * The grants of one runtime, in the hands of the host, a person or the command line. What is done through it crosses the
 * gate as the action {@code grant:<type of the capability> grant}, {@code delegate} or {@code revoke}, and is recorded.
 * Thread-safe.
 *
 * {@snippet :
 * var quota = os.grants().grant(Address.of("desk"), Capability.parse("tool:order.place call; budget=notional:100000/1d"));
 * Revocation cut = os.grants().revoke(quota.id(), "the day is over");
 * cut.inFlight().forEach(call -> System.out.println("still on its way: " + call));
 * }
 *
 * @since 0.3
 */
public interface Grants {
    /**
     * Has an agent hold one grant more, at once, derived from what the caller holds. A durable agent keeps it over restarts
     * of the program. One that lives in the store only, for now, holds it when it comes back.
     *
     * @throws dev.agentos.api.error.DeniedException if the caller does not hold it, or may not grant
     * @throws dev.agentos.api.error.DeliveryException if there is no agent of that address
     */
    GrantInfo grant(Address to, Capability capability);

    /**
     * Lends part of any grant to an agent, which finds it among what it is {@linkplain Capabilities#lent() lent}.
     *
     * @param id the grant that it is derived from
     * @throws IllegalArgumentException if there is no grant of that number
     * @throws dev.agentos.api.error.DeniedException if it is wider, or may not be handed on any more
     * @throws dev.agentos.api.error.DeliveryException if there is no agent of that address
     */
    GrantInfo delegate(long id, Capability narrower, Address to);

    /**
     * Takes a grant back, with everything derived from it. Visible to every thread when it returns; a grant that is kept
     * does not come back with the next start of the program. Again: nothing more happens.
     *
     * @throws IllegalArgumentException if there is no grant of that number
     * @throws dev.agentos.api.error.StorageException if that could not be kept; until the end of the program it holds
     */
    Revocation revoke(long id, String reason);

    /**
     * Returns the grants of the living agents and of whoever acts without being one, what these were derived from, and those
     * that are kept for durable agents, by number. A grant that nobody has any more, of an agent that has ended say, is not
     * among them.
     */
    List<GrantInfo> list();

    /** {@return those of {@link #list()} that somebody holds} */
    default List<GrantInfo> list(PrincipalId holder) {
        return list().stream().filter(info -> info.holder().equals(holder)).toList();
    }

    /** {@return the grant of that number, among those that {@link #list()} knows} */
    Optional<GrantInfo> find(long id);

    /**
     * Says why an agent, or somebody else, could perform an action now, or could not; neither uses nor counts anything.
     *
     * @throws IllegalArgumentException if it is an agent that does not live
     */
    Explanation explain(PrincipalId who, Action action);
}
