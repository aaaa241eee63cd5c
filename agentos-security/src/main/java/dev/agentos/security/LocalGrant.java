package dev.agentos.security;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority.Ruling;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/*
 * A grant knows the one above it, never those below: an agent that hands grants to a million short-lived children must
 * not collect them. So revoking a subtree cannot mark it. Instead it sets one cell, the grant's own, and then moves the
 * authority's epoch on; a grant remembers the epoch at which it last found no cell set on its way up, and looks again
 * only when the epoch has changed. Revoking costs two writes whatever hangs below, checking costs two reads.
 *
 *   check:  e := epoch; if soundAt = e, sound; else walk up; if no cell is set, soundAt := e
 *   revoke: cell := set; epoch := epoch + 1
 *
 * The epoch is read before the walk. A walk that misses the cell therefore remembers an epoch that ends before revoke
 * returns, and every check that starts later walks again. All of these fields are volatile.
 *
 * A use counts itself as begun and then looks at the cells; revoke sets the cell and then reads how many have begun. One
 * of the two sees the other (DESIGN, the gate). LongAdder counts with release semantics only: hence the fences.
 *
 * What a capability limits, everything derived from it limits too, since it has to be within it. So a grant without a
 * kind of constraint has none of that kind above it, and one without any is never asked for the time.
 */
/** A capability in the hands of its holder; made by its authority only. Thread-safe. */
final class LocalGrant implements Grant {
    private final LocalAuthority authority;
    private final long id;
    private final Capability capability;
    private final PrincipalId holder;
    private final @Nullable LocalGrant parent;
    private final int depth;
    private final Ruling.Allowed allowed;

    private final int typeHash;
    private final @Nullable Account account; // null if nothing is counted
    private final boolean hasHours; // is for some times of day only
    private final @Nullable Instant expires;
    private final long deadline; // of the monotonic clock, when expires was due as seen when it was minted

    private final LongAdder begun = new LongAdder(); // uses of this grant and of all below
    private final LongAdder ended = new LongAdder(); // of those
    private volatile boolean cut; // this grant itself was revoked
    private volatile boolean over; // found expired once
    private volatile long soundAt; // epoch at which neither this grant nor one above it was cut

    LocalGrant(LocalAuthority authority, PrincipalId holder, Capability capability, @Nullable LocalGrant parent) {
        this.authority = authority;
        this.id = authority.nextId();
        this.capability = capability;
        this.holder = holder;
        this.parent = parent;
        this.depth = parent == null ? 0 : parent.depth + 1;
        this.typeHash = capability.type().hashCode();
        var time = authority.time();
        this.account = Account.of(capability, time, parent == null ? null : parent.account);
        this.hasHours = capability.constraints().stream()
                .anyMatch(constraint -> constraint.key().equals("between"));
        this.expires = capability.expires().orElse(null);
        this.deadline = expires == null ? 0 : time.nanoTime() + nanosUntil(expires, time.now());
        boolean free = capability.constraints().stream().noneMatch(constraint -> constraint.isSystem());
        this.allowed = new Ruling.Allowed(this, free);
    }

    /** Farther away than 146 years is as good as that, and does not overflow. */
    private static long nanosUntil(Instant end, Instant now) {
        var most = Duration.ofNanos(Long.MAX_VALUE / 2);
        Duration left = Duration.between(now, end);
        return left.compareTo(most) > 0 ? most.toNanos() : left.isNegative() ? 0 : left.toNanos();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Capability capability() {
        return capability;
    }

    @Override
    public PrincipalId holder() {
        return holder;
    }

    @Override
    public Optional<Grant> parent() {
        return Optional.ofNullable(parent);
    }

    @Override
    public long used() {
        return begun.sum();
    }

    @Override
    public boolean revoked() {
        long epoch = authority.epoch();
        if (soundAt == epoch) {
            return false;
        }
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            if (grant.cut) {
                return true;
            }
        }
        soundAt = epoch;
        return false;
    }

    /**
     * By the clock on the wall and by the monotonic one: the first may be set back, the second stands still while the
     * machine sleeps. Those above are asked too, since their deadlines were reckoned before the clock was set back.
     */
    @Override
    public boolean expired() {
        for (LocalGrant grant = this; grant != null && grant.expires != null; grant = grant.parent) {
            if (grant.over || grant.isOver(grant.expires)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOver(Instant end) {
        var time = authority.time();
        if (time.nanoTime() - deadline >= 0 || !time.now().isBefore(end)) {
            over = true;
        }
        return over;
    }

    /** Revokes this grant and all below. {@return how many of their uses are open now} */
    long cut() {
        cut = true;
        authority.advanceEpoch();
        VarHandle.fullFence();
        return open();
    }

    /** How many uses of this grant and of those below have begun and not ended. */
    long open() {
        // In this order: a use that begins and ends in between is counted, rather than one that is open left out.
        long done = ended.sum();
        return begun.sum() - done;
    }

    boolean isOf(LocalAuthority other) {
        return authority == other;
    }

    int depth() {
        return depth;
    }

    Ruling.Allowed allowed() {
        return allowed;
    }

    boolean isFree() {
        return allowed.cacheable();
    }

    /** Whether actions of this type cannot be covered: one comparison instead of many, for most of the grants held. */
    boolean isOfOtherType(int hash) {
        return typeHash != hash && !isRoot();
    }

    boolean covers(Action action) {
        return isRoot() || capability.covers(action);
    }

    boolean includes(Capability narrower) {
        return isRoot() || narrower.isWithin(capability);
    }

    /** What has nothing above it was minted; whatever a grant that was handed over says, it is not the root grant. */
    private boolean isRoot() {
        return parent == null;
    }

    /** Why an action that is covered is not permitted now; null if it is. */
    @Nullable
    Hindrance hindrance(Action action) {
        if (revoked()) {
            return Hindrance.REVOKED;
        }
        if (isFree()) {
            return null;
        }
        Hindrance ofTime = limitOfTime();
        return ofTime == null && account != null ? account.hindrance(isSpawn(action)) : ofTime;
    }

    private @Nullable Hindrance limitOfTime() {
        if (expired()) {
            return Hindrance.EXPIRED;
        }
        return !hasHours || capability.isOpenAt(authority.time().now()) ? null : Hindrance.CLOSED;
    }

    private static boolean isSpawn(Action action) {
        return action.verb().equals("spawn") && action.type().equals("agent");
    }

    /** {@return the use; null if it cannot begin, and then nothing is counted} */
    @Nullable
    LocalUse begin(Action action) {
        boolean spawns = isSpawn(action);
        boolean begins = account == null ? confirm() : account.take(spawns, this::confirm);
        return begins ? new LocalUse(this, spawns) : null;
    }

    /** First counts as begun, then looks at the cells: see above. */
    private boolean confirm() {
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            grant.begun.increment();
        }
        VarHandle.fullFence();
        if (!revoked() && (isFree() || limitOfTime() == null)) {
            return true;
        }
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            grant.begun.decrement();
        }
        return false;
    }

    /** Ends a use that has begun. */
    void end(boolean spawned) {
        if (spawned && account != null) {
            account.endChild();
        }
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            grant.ended.increment();
        }
    }

    /** Counts bytes here and above; all of them or none. */
    boolean charge(long amount) {
        return account == null || account.charge(amount);
    }

    /** What limits this grant or one above it, in words. */
    String describe(Hindrance hindrance) {
        return switch (hindrance) {
            case REVOKED -> "it was revoked";
            case EXPIRED -> "it expired at " + expires;
            case CLOSED -> "it is not the time of day for it";
            case USES, BYTES, CHILDREN, RATE -> account == null ? "" : account.describe(hindrance);
        };
    }

    /** {@return the grant as a person finds it again, {@code grant 7 'tool:x call'}} */
    @Override
    public String toString() {
        return "grant " + id + " '" + capability + "'";
    }
}
