package dev.agentos.runtime.gate;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.TimeSource;

/**
 * A right that was used once and goes on being used, such as that of a subscription. Ends with the grant behind it, unless another
 * one covers the same. Thread-safe.
 */
public final class Standing {
    private final Gate gate;
    private final Actor actor;
    private final Action action;
    private final TimeSource time;
    private volatile Authorisation.Ruled ruled;

    Standing(Gate gate, Actor actor, Action action, TimeSource time) {
        this.gate = gate;
        this.actor = actor;
        this.action = action;
        this.time = time;
        this.ruled = gate.rule(actor, action);
    }

    /** What it is worth at this moment. */
    public enum Worth {
        /** It holds. */
        HOLDS,
        /** It holds at other hours only. */
        NOT_NOW,
        /** It is gone, and will not come back. */
        LOST
    }

    /** {@return whether it holds now} When it is lost, that is recorded as a denial. Any thread. */
    public Worth worth() {
        Authorisation.Ruled now = ruled;
        Grant grant = now.grant();
        if (grant == null) {
            return Worth.HOLDS;
        }
        if (grant.revoked() || !now.free() && grant.expired()) {
            return again();
        }
        return now.free() || grant.capability().isOpenAt(time.now()) ? Worth.HOLDS : Worth.NOT_NOW;
    }

    /** Grants are a union: another one may cover it still. */
    private Worth again() {
        try {
            ruled = gate.rule(actor, action);
            return Worth.HOLDS;
        } catch (DeniedException gone) {
            return Worth.LOST;
        }
    }
}
