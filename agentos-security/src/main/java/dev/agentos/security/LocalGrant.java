package dev.agentos.security;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority.Ruling;
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
 * of the two sees the other (DESIGN, the gate).
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
    private final Quota uses;
    private final Quota bytes;
    private final Quota children;
    private final @Nullable SlidingWindow rate;
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
        this.uses = quota(capability.uses().orElse(Long.MAX_VALUE));
        this.bytes = quota(capability.maxBytes().orElse(Long.MAX_VALUE));
        this.children = quota(capability.max().orElse(Long.MAX_VALUE));
        var time = authority.time();
        this.rate = capability.rate().map(limit -> new SlidingWindow(limit, time)).orElse(null);
        this.expires = capability.expires().orElse(null);
        this.deadline = expires == null ? 0 : time.nanoTime() + nanosUntil(expires, time.now());
        boolean free = capability.constraints().stream().noneMatch(constraint -> constraint.isSystem());
        this.allowed = new Ruling.Allowed(this, free);
    }

    private static Quota quota(long limit) {
        return limit == Long.MAX_VALUE ? Quota.UNLIMITED : new Quota(limit);
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
    @Nullable Hindrance hindrance(Action action) {
        if (revoked()) {
            return Hindrance.REVOKED;
        }
        return isFree() ? null : limit(isSpawn(action));
    }

    private @Nullable Hindrance limitOfTime() {
        if (expired()) {
            return Hindrance.EXPIRED;
        }
        return capability.isOpenAt(authority.time().now()) ? null : Hindrance.CLOSED;
    }

    private @Nullable Hindrance limit(boolean spawns) {
        Hindrance ofTime = limitOfTime();
        if (ofTime != null) {
            return ofTime;
        }
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            if (grant.uses.isUsedUp()) {
                return Hindrance.USES;
            }
            if (grant.bytes.isUsedUp()) {
                return Hindrance.BYTES;
            }
            if (spawns && grant.children.isUsedUp()) {
                return Hindrance.CHILDREN;
            }
            if (grant.rate != null && grant.rate.isFull()) {
                return Hindrance.RATE;
            }
        }
        return null;
    }

    private static boolean isSpawn(Action action) {
        return action.verb().equals("spawn") && action.type().equals("agent");
    }

    /** {@return the use; null if it cannot begin, and then nothing is counted} */
    @Nullable LocalUse begin(Action action) {
        boolean spawns = isSpawn(action);
        // Refused here, it takes nothing that another use could have had meanwhile.
        if (hindrance(action) != null || !reserve(this, spawns)) {
            return null;
        }
        return new LocalUse(this, spawns);
    }

    /** Takes from this grant and from all above it, and at the top looks once more; all of it or nothing. */
    private boolean reserve(LocalGrant used, boolean spawns) {
        if (!uses.take(1)) {
            return false;
        }
        if (!spawns || children.take(1)) {
            long moment = rate == null ? 0 : rate.take();
            if (moment >= 0) {
                if (parent == null ? used.confirm() : parent.reserve(used, spawns)) {
                    return true;
                }
                if (rate != null) {
                    rate.giveBack(moment);
                }
            }
            if (spawns) {
                children.giveBack(1);
            }
        }
        uses.giveBack(1);
        return false;
    }

    /** First counts as begun, then looks at the cells: see above. */
    private boolean confirm() {
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            grant.begun.increment();
        }
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
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            if (spawned) {
                grant.children.giveBack(1);
            }
            grant.ended.increment();
        }
    }

    /** Counts bytes here and above; all of them or none. */
    boolean charge(long amount) {
        if (!bytes.take(amount)) {
            return false;
        }
        if (parent == null || parent.charge(amount)) {
            return true;
        }
        bytes.giveBack(amount);
        return false;
    }

    /** What limits this grant or one above it, in words. */
    String describe(Hindrance hindrance) {
        return switch (hindrance) {
            case REVOKED -> "it was revoked";
            case EXPIRED -> "it expired at " + expires;
            case CLOSED -> "it is not the time of day for it";
            case USES -> "its uses are used up" + limits(uses);
            case BYTES -> "its bytes are used up" + limits(bytes);
            case CHILDREN -> "as many children live as it permits" + limits(children);
            case RATE -> "its rate is reached" + (rate != null && rate.isFull() ? ": " + rate.rate() : " further up");
        };
    }

    private static String limits(Quota quota) {
        return quota.isUsedUp() ? ": " + quota.limit() : " further up";
    }

    /** {@return the grant as a person finds it again, {@code grant 7 'tool:x call'}} */
    @Override
    public String toString() {
        return "grant " + id + " '" + capability + "'";
    }
}
