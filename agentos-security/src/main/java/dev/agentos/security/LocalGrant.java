package dev.agentos.security;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.StoredRow.GrantRow;
import dev.agentos.api.spi.StoredRow.GrantUseRow;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    private final Birth birth;
    private final @Nullable LocalGrant parent;
    private final int links; // from the root
    private final int depth; // of these, to another holder
    private final Ruling.Allowed allowed;

    private final int typeHash;
    private final @Nullable Account account; // null if nothing is counted
    private final @Nullable TimeLimit times; // null if it is for all times
    private final UseCount count = new UseCount();

    private volatile boolean cut; // this grant itself was revoked
    private volatile long soundAt; // epoch at which neither this grant nor one above it was cut
    private volatile boolean kept; // a store has it
    private volatile boolean used; // since the store was last told; may be told twice, never not at all

    /** What a grant is born with. */
    record Birth(long id, PrincipalId holder, Capability capability, GrantOrigin origin, Instant time) {}

    LocalGrant(LocalAuthority authority, Birth birth, @Nullable LocalGrant parent) {
        Capability capability = birth.capability;
        this.authority = authority;
        this.birth = birth;
        this.parent = parent;
        this.links = parent == null ? 0 : parent.links + 1;
        this.depth = parent == null ? 0 : parent.depth + (parent.isOf(birth.holder) ? 0 : 1);
        this.typeHash = capability.type().hashCode();
        this.account = Account.of(capability, authority.time(), parent == null ? null : parent.account);
        this.times = TimeLimit.of(authority, capability, parent == null ? null : parent.times);
        this.allowed = new Ruling.Allowed(this, capability.isSteady());
    }

    @Override
    public long id() {
        return birth.id;
    }

    @Override
    public Capability capability() {
        return birth.capability;
    }

    @Override
    public PrincipalId holder() {
        return birth.holder;
    }

    @Override
    public Optional<Grant> parent() {
        return Optional.ofNullable(parent);
    }

    @Override
    public GrantOrigin origin() {
        return birth.origin;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public Instant created() {
        return birth.time;
    }

    @Override
    public long used() {
        return count.uses();
    }

    @Override
    public GrantUsage usage() {
        return new GrantUsage(
                count.uses(),
                count.denials(),
                count.open(),
                count.lastUse(authority.time()),
                account == null ? 0 : account.through(),
                account == null ? BigDecimal.ZERO : account.spent());
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

    @Override
    public boolean expired() {
        return times != null && times.isOver();
    }

    /** Revokes this grant and all below. {@return how many of their uses are open now} */
    long cut() {
        cut = true;
        authority.advanceEpoch();
        VarHandle.fullFence();
        return count.open();
    }

    boolean isOf(LocalAuthority other) {
        return authority == other;
    }

    boolean isOf(PrincipalId holder) {
        return birth.holder.equals(holder);
    }

    @Nullable
    LocalGrant above() {
        return parent;
    }

    /** How many grants there are above it. */
    int links() {
        return links;
    }

    Ruling.Allowed allowed() {
        return allowed;
    }

    boolean isFree() {
        return allowed.cacheable();
    }

    static boolean isThereAndFree(@Nullable LocalGrant grant) {
        return grant != null && grant.isFree();
    }

    /**
     * This, if it permits an action now and is better to use than another that does: one that counts nothing before one that
     * does, before one that asks; then the older.
     */
    @Nullable
    LocalGrant orBetter(@Nullable LocalGrant other, PrincipalId principal, Action action) {
        if (other != null && (cost() > other.cost() || cost() == other.cost() && birth.id >= other.birth.id)) {
            return other;
        }
        return covers(action) && isOf(principal) && hindrance(action) == null ? this : other;
    }

    private int cost() {
        return isFree() ? 0 : birth.capability.approvalRequired() ? 2 : 1;
    }

    /** Whether actions of this type cannot be covered: one comparison instead of many, for most of the grants held. */
    boolean isOfOtherType(int hash) {
        return typeHash != hash && !isRoot();
    }

    boolean covers(Action action) {
        return isRoot() || birth.capability.covers(action);
    }

    boolean includes(Capability narrower) {
        return isRoot() || narrower.isWithin(birth.capability);
    }

    /** Whether somebody else could be given this. */
    boolean includesFor(PrincipalId holder, Capability narrower) {
        if (isRoot() || isOf(holder)) {
            return includes(narrower);
        }
        return birth.capability.handedOn().filter(narrower::isWithin).isPresent();
    }

    /** What has nothing above it was minted; whatever a grant that was handed over says, it is not the root grant. */
    boolean isRoot() {
        return parent == null;
    }

    /** Whether its holder has it from the start, and a new one with each runtime. */
    boolean isFromTheStart() {
        return birth.origin == GrantOrigin.ROOT;
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
        return ofTime == null && account != null ? account.hindrance(action) : ofTime;
    }

    private @Nullable Hindrance limitOfTime() {
        return times == null ? null : times.hindrance();
    }

    /** {@return the use; null if it cannot begin, and then nothing is counted} */
    @Nullable
    LocalUse begin(Action action) {
        boolean begins = account == null ? confirm() : account.take(action, this::confirm);
        return begins ? new LocalUse(this, Account.isSpawn(action)) : null;
    }

    /** First counts as begun, then looks at the cells: see above. */
    private boolean confirm() {
        long now = authority.time().nanoTime();
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            grant.count.begin(now);
            grant.tell();
        }
        VarHandle.fullFence();
        if (!revoked() && (isFree() || limitOfTime() == null)) {
            return true;
        }
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            grant.count.takeBack();
        }
        return false;
    }

    /** Ends a use that has begun. */
    void end(boolean spawned) {
        if (spawned && account != null) {
            account.endChild();
        }
        for (LocalGrant grant = this; grant != null; grant = grant.parent) {
            grant.count.end();
        }
    }

    /** Counts an action that was denied, to which this came nearest. */
    void deny() {
        count.deny();
        tell();
    }

    /** Counts bytes here and above; all of them or none. */
    boolean charge(long amount) {
        if (account == null) {
            return true;
        }
        boolean counted = account.charge(amount);
        for (LocalGrant grant = this; counted && grant != null; grant = grant.parent) {
            grant.tell();
        }
        return counted;
    }

    boolean isKept() {
        return kept;
    }

    /** Counts from now on are for a store, those so far included. {@return the row for it} */
    GrantRow keep() {
        kept = true;
        tell();
        LocalGrant giver = parent;
        return new GrantRow(
                birth.id,
                birth.holder,
                birth.capability,
                giver == null || !giver.kept ? null : giver.birth.id,
                birth.origin,
                birth.time,
                giver == null ? birth.holder : giver.birth.holder);
    }

    /** No store has got the row after all. */
    void unkeep() {
        kept = false;
    }

    /** Takes over what a store has. */
    void restore(@Nullable GrantUseRow use) {
        kept = true;
        if (use != null) {
            count.restore(use.uses(), use.denials(), use.lastUse(), authority.time());
            if (account != null) {
                account.restore(use);
            }
        }
    }

    /** Under a lock: who finds that it was told must be able to find it told, and have its own use on disk. */
    private void tell() {
        if (kept) {
            synchronized (count) {
                if (!used) {
                    used = true;
                    authority.used(this);
                }
            }
        }
    }

    /** {@return what is counted now} */
    GrantUseRow takeUse() {
        used = false; // first: what is counted from here on is told again
        return new GrantUseRow(
                birth.id,
                count.uses(),
                count.denials(),
                account == null ? 0 : account.through(),
                count.lastUse(authority.time()),
                account == null ? List.of() : account.recentUses(),
                account == null ? List.of() : account.spendings());
    }

    /** What limits this grant or one above it, in words. */
    String describe(Hindrance hindrance, Action action) {
        return switch (hindrance) {
            case REVOKED -> "it was revoked";
            case EXPIRED ->
                "it expired at "
                        + birth.capability.expires().map(Instant::toString).orElse("");
            case CLOSED -> "it is not the time of day for it";
            case USES, BYTES, CHILDREN, RATE, BUDGET -> account == null ? "" : account.describe(hindrance, action);
        };
    }

    /** {@return the grant as a person finds it again, {@code grant 7 'tool:x call'}} */
    @Override
    public String toString() {
        return "grant " + birth.id + " '" + birth.capability + "'";
    }
}
