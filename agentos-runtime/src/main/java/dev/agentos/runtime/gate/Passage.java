package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.Authority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An attempt that was let through: its actions, and the uses of the grants behind them. Thread-safe: a tool may add to it. */
final class Passage implements AutoCloseable {
    private final Instant began;
    private final long nanos;
    /** Replaced under this, read without: it is looked at often, and seldom has more than one. */
    private volatile List<Allowed> allowed = List.of();

    private boolean kept; // under this
    private boolean closed; // under this

    /** An action that was allowed; without a use if it needs no grant. */
    record Allowed(Authorisation.Ruled ruled, Authority.@Nullable Use use) {
        Action action() {
            return ruled.action();
        }

        /** What the grant says, if it says anything that is counted: looking for it costs more than the rest of the gate. */
        @Nullable
        Capability counted() {
            Grant grant = ruled.grant();
            return grant == null || ruled.free() ? null : grant.capability();
        }
    }

    Passage(Instant began, long nanos) {
        this.began = began;
        this.nanos = nanos;
    }

    /** Makes one of whose time nobody asks. */
    static Passage unrecorded() {
        return new Passage(Instant.EPOCH, 0);
    }

    Instant began() {
        return began;
    }

    long nanos() {
        return nanos;
    }

    synchronized void add(Allowed action) {
        if (closed) {
            // A tool that goes on after its call must not keep a use open that nobody closes.
            close(action);
            throw new IllegalStateException("the call is over: " + action.action());
        }
        var before = allowed;
        if (before.isEmpty()) {
            allowed = List.of(action);
        } else {
            var more = new ArrayList<>(before);
            more.add(action);
            allowed = List.copyOf(more);
        }
    }

    List<Action> actions() {
        var all = allowed;
        return all.size() == 1
                ? List.of(all.getFirst().action())
                : all.stream().map(Allowed::action).toList();
    }

    /** The ruling on the first action. */
    Authorisation.Ruled first() {
        return allowed.getFirst().ruled();
    }

    /** The grants behind all of it; fewer than actions where some need none. */
    List<Grant> grants() {
        var grants = new ArrayList<Grant>();
        for (Allowed one : allowed) {
            Grant grant = one.ruled.grant();
            if (grant != null) {
                grants.add(grant);
            }
        }
        return grants;
    }

    /** The capability behind an action; null if it is none of these. */
    @Nullable
    Capability allowedBy(Action action) {
        return allowed(action, action::equals);
    }

    /** The capability behind an action that differs from this one in attributes only; null if there is none. */
    @Nullable
    Capability allowedLike(Action action) {
        return allowed(
                action,
                one -> one.type().equals(action.type())
                        && one.resource().equals(action.resource())
                        && one.verb().equals(action.verb()));
    }

    private @Nullable Capability allowed(Action action, Predicate<Action> isMeant) {
        for (Allowed one : allowed) {
            if (isMeant.test(one.action())) {
                Grant grant = one.ruled.grant();
                // The host's root grant is no pattern that a tool could derive a root folder or a host from.
                return grant != null && grant.capability().covers(action)
                        ? grant.capability()
                        : Capability.covering(action);
            }
        }
        return null;
    }

    /**
     * Counts bytes against every grant behind it that counts them.
     *
     * @param bytes asked only if there is such a grant
     * @return why that is too much; null if it is not
     */
    Authorisation.@Nullable Refused charge(LongSupplier bytes) {
        long amount = -1;
        for (Allowed one : allowed) {
            Capability counted = one.counted();
            if (one.use == null || counted == null || counted.maxBytes().isEmpty()) {
                continue;
            }
            amount = amount < 0 ? bytes.getAsLong() : amount;
            if (!one.use.charge(amount)) {
                return new Authorisation.Refused(
                        one.action(), amount + " bytes are more than is left of '" + counted + "'", "");
            }
        }
        return null;
    }

    /** Whether a grant behind it is used up by being used. */
    boolean usesUp() {
        for (Allowed one : allowed) {
            Capability counted = one.counted();
            if (counted != null
                    && (counted.uses().isPresent() || counted.budget().isPresent())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a grant behind it counts the uses that are open. */
    boolean counts() {
        for (Allowed one : allowed) {
            Capability counted = one.counted();
            if (counted != null && counted.max().isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** {@return a grant behind it that does not hold any more because it, or one above it, was revoked; null if all hold} */
    @Nullable
    Grant revoked() {
        for (Allowed one : allowed) {
            Grant grant = one.ruled.grant();
            if (grant != null && grant.revoked()) {
                return grant;
            }
        }
        return null;
    }

    /** Whether a grant behind it is this one, or was derived from it. */
    boolean restsOn(Grant root) {
        for (Allowed one : allowed) {
            for (Grant each = one.ruled.grant();
                    each != null;
                    each = each.parent().orElse(null)) {
                if (each.equals(root)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Keeps it open when the attempt returns: whoever performs it has not ended, and will {@link #end} it. */
    synchronized void keep() {
        kept = true;
    }

    /** Closes it, unless it is kept. */
    @Override
    public synchronized void close() {
        if (!kept) {
            end();
        }
    }

    /** Ends every use. Again: nothing happens. */
    synchronized void end() {
        if (!closed) {
            closed = true;
            allowed.forEach(Passage::close);
        }
    }

    private static void close(Allowed action) {
        if (action.use != null) {
            action.use.close();
        }
    }
}
