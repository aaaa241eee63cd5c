package dev.agentos.api.tool;

import dev.agentos.api.Registration;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxPolicy;
import java.time.Clock;
import java.time.Instant;

/**
 * What a tool is told of the call it performs. Valid until the call returns; used on any thread of the tool.
 *
 * @since 0.1
 */
public interface ToolContext {
    /** {@return who calls} */
    PrincipalId principal();

    /** {@return equal for every repetition of this call, different for every other} */
    String idempotencyKey();

    /** {@return when the call will be interrupted} */
    Instant deadline();

    /** {@return the runtime's clock} */
    Clock clock();

    /**
     * Returns the capability that allowed one of the actions that the tool described. An action of the host that no
     * narrower grant covers comes back as the capability of exactly that action.
     *
     * @throws IllegalArgumentException if the tool did not describe that action
     */
    Capability allowedBy(Action action);

    /**
     * Authorises one more action under the same principal, such as the next hop of a redirect, and records it.
     *
     * @return the capability that allows it
     * @throws dev.agentos.api.error.DeniedException if nothing does
     */
    Capability require(Action action);

    /** Runs something when the call is cancelled: its agent is terminated, or its time is over. */
    Registration onCancel(Runnable cancel);

    /** {@return what may start processes} */
    Sandbox sandbox();

    /** {@return what a process started for this call may do: derived from the grants of the caller} */
    SandboxPolicy sandboxPolicy();
}
