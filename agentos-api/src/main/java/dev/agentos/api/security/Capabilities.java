package dev.agentos.api.security;

import dev.agentos.api.message.Address;
import java.util.List;

/**
 * What an agent does with its rights. A grant that it <em>holds</em> works by itself in everything it does; one that it was
 * <em>lent</em>, or that it made narrower, works only through {@link dev.agentos.api.AgentContext#with}: so nobody can make
 * an agent use a right that it did not mean to use.
 *
 * <p>Whatever a grant permits, it permits its holder only; a grant in other hands covers nothing. What is done here takes no
 * right of its own beyond those that it says, crosses the gate as {@code grant:<type of the capability> attenuate},
 * {@code delegate} or {@code revoke}, and is recorded. Used on the agent's own threads, like the context it comes from.
 *
 * @since 0.3
 */
public interface Capabilities {
    /** {@return what it holds; by a context of {@code with}, what that was made with} */
    List<Grant> held();

    /**
     * {@return what others have lent it and has not ended, the oldest first} A durable agent finds it here after a restart of
     * the program too. An agent is lent at most 10,000 grants at a time.
     */
    List<Grant> lent();

    /**
     * Returns a narrower grant of its own: for {@link dev.agentos.api.AgentContext#with}, or to be handed on. It ends with the
     * one that it is made from.
     *
     * @throws dev.agentos.api.error.DeniedException if it is not narrower, or the grant is not its own or has ended
     */
    Grant attenuate(Grant grant, Capability narrower);

    /** Like {@link #delegate(Grant, Capability, Address)}, all of the grant. */
    Grant delegate(Grant grant, Address to);

    /**
     * Lends part of a grant to another agent, which finds it among its {@link #lent()}. Takes the right to send there. A
     * grant for which the agent at that address now is the holder is of no use to another that gets the address later.
     *
     * @return the grant of the other: to revoke it; its maker cannot use it
     * @throws dev.agentos.api.error.DeniedException if it is wider, the grant is not its own or has ended, or may not be
     *     handed on any more
     * @throws dev.agentos.api.error.DeliveryException if there is no agent of that address, or it is lent too much
     */
    Grant delegate(Grant grant, Capability narrower, Address to);

    /**
     * Takes a grant back, with everything derived from it: one that it handed on or made, or that was derived from those; or
     * gives one up that is its own.
     *
     * @throws dev.agentos.api.error.DeniedException if the grant is another's and was not derived from one of its own
     */
    Revocation revoke(Grant grant);

    /** Says why it could perform an action now, or could not; neither uses nor counts anything. */
    Explanation explain(Action action);

    /** {@return whether it could perform an action now without anybody being asked} */
    default boolean wouldAllow(Action action) {
        return explain(action).allowed();
    }
}
