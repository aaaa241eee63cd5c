package dev.agentos.security;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Storage.StoredGrant;
import dev.agentos.api.spi.StoredRow.GrantRow;
import dev.agentos.api.spi.StoredRow.GrantUseRow;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.security.LocalGrant.Birth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A grant is an object that only this class makes, of a class that nobody else can extend, and knows which authority made
 * it: an equal-looking one is worth nothing, and neither is the right one in the wrong hands. There is no table of grants;
 * whoever drops the last reference has given a grant up.
 *
 * check() runs on every action of every agent. For a grant without constraints of the system's it takes no lock, reads no
 * clock, writes nothing and allocates nothing.
 */
/** Authority whose grants are objects of this process. Thread-safe. */
final class LocalAuthority implements Authority {
    /** What the root grant says, since the language has no word for every type. That it is minted is what counts. */
    private static final Capability EVERYTHING = Capability.of("root:**", "any");

    private static final Duration APPROVAL_EXPIRY = Duration.ofMinutes(15);
    private static final int MAX_LINKS = 256;
    /** As many grants are looked at one after the other faster than they are looked up. */
    private static final int WITHOUT_INDEX = 16;

    private static final Logger log = LoggerFactory.getLogger(LocalAuthority.class);

    private final TimeSource time;
    private final LongSupplier numbers;
    private final AtomicLong epoch = new AtomicLong(1);
    private final AtomicReference<Instant> latestKnown = new AtomicReference<>(Instant.MIN);
    private final Queue<LocalGrant> used = new ConcurrentLinkedQueue<>(); // kept ones, a few of them twice

    LocalAuthority(TimeSource time, LongSupplier numbers) {
        this.time = Objects.requireNonNull(time, "time");
        this.numbers = Objects.requireNonNull(numbers, "numbers");
    }

    @Override
    public Grant mintRoot(PrincipalId holder) {
        Objects.requireNonNull(holder, "holder");
        return new LocalGrant(this, birth(holder, EVERYTHING, GrantOrigin.ROOT), null);
    }

    private Birth birth(PrincipalId holder, Capability capability, GrantOrigin origin) {
        return new Birth(numbers.getAsLong(), holder, capability, origin, latestTime());
    }

    @Override
    public Grant derive(List<Grant> from, PrincipalId holder, Capability capability, GrantOrigin origin) {
        Objects.requireNonNull(holder, "holder");
        LocalGrant giver = giver(from, holder, capability);
        return new LocalGrant(this, birth(holder, capability, origin), giver);
    }

    private LocalGrant giver(List<Grant> from, PrincipalId holder, Capability capability) {
        LocalGrant giver = null;
        for (int i = 0; i < from.size(); i++) {
            LocalGrant mine = own(from.get(i));
            if (mine != null && mine.includesFor(holder, capability) && !mine.revoked() && !mine.expired()) {
                giver = giver == null || mine.isFree() ? mine : giver;
            }
        }
        if (giver == null) {
            throw denied(capability, holder, NearestMiss.of(ownOf(from), holder, capability));
        }
        if (giver.links() >= MAX_LINKS) {
            throw denied(capability, holder, giver + " has been handed on " + MAX_LINKS + " times, which is the most");
        }
        return giver;
    }

    private static DeniedException denied(Capability capability, PrincipalId holder, String reason) {
        var action = Action.of("grant:" + capability.type(), "derive")
                .with("capability", capability.toString())
                .with("holder", holder.toString());
        return new DeniedException(action, reason, capability.toString());
    }

    /** The parent may have expired: what was derived from it has then expired too, and is seen to. */
    @Override
    public Grant restore(StoredGrant stored, Grant parent) {
        GrantRow row = stored.grant();
        GrantUseRow use = stored.use();
        LocalGrant above = own(parent);
        if (stored.end() != null || above == null || above.revoked()) {
            throw denied(row.capability(), row.holder(), "grant " + row.id() + " has ended: it does not come back");
        }
        if (!above.includesFor(row.holder(), row.capability())) {
            throw denied(
                    row.capability(), row.holder(), NearestMiss.of(List.of(above), row.holder(), row.capability()));
        }
        if (above.links() >= MAX_LINKS || above.id() >= row.id() && !above.isFromTheStart()) {
            throw denied(row.capability(), row.holder(), "grant " + row.id() + " cannot be derived from " + above);
        }
        know(row.created());
        Instant lastUse = use == null ? null : use.lastUse();
        know(lastUse == null ? row.created() : lastUse);
        var birth = new Birth(row.id(), row.holder(), row.capability(), row.origin(), row.created());
        var grant = new LocalGrant(this, birth, above);
        grant.restore(use);
        return grant;
    }

    /** A store has seen this time: the clock must not be believed if it says less. */
    private void know(Instant seen) {
        latestKnown.accumulateAndGet(seen, (known, other) -> known.isBefore(other) ? other : known);
    }

    @Override
    public synchronized List<GrantRow> keep(Grant grant) {
        var fresh = new ArrayList<LocalGrant>();
        LocalGrant kept = required(grant);
        for (LocalGrant mine = kept; mine != null && !mine.isKept() && !mine.isFromTheStart(); mine = mine.above()) {
            fresh.addFirst(mine);
        }
        List<GrantRow> rows = fresh.stream().map(LocalGrant::keep).toList();
        // In this order: revoke() sets the cell and then looks whether the grant is kept. One of the two sees the
        // other.
        if (kept.revoked()) {
            fresh.forEach(LocalGrant::unkeep); // their rows go nowhere: else those of the next one would name them
            throw denied(kept.capability(), kept.holder(), kept + " was revoked");
        }
        return rows;
    }

    @Override
    public boolean hasUses() {
        return !used.isEmpty();
    }

    @Override
    public List<GrantUseRow> takeUses() {
        var rows = new ArrayList<GrantUseRow>();
        for (LocalGrant grant = used.poll(); grant != null; grant = used.poll()) {
            rows.add(grant.takeUse());
        }
        return List.copyOf(rows);
    }

    void used(LocalGrant grant) {
        used.add(grant);
    }

    @Override
    public boolean issued(Grant grant) {
        return own(grant) != null;
    }

    @Override
    public Ruling check(PrincipalId principal, List<Grant> held, Action action) {
        LocalGrant grant = best(principal, held, action);
        if (grant == null) {
            return refused(principal, held, action);
        }
        return !grant.isFree() && grant.capability().approvalRequired() ? asks(grant) : grant.allowed();
    }

    /** The grant to use; null if none permits it now. */
    private @Nullable LocalGrant best(PrincipalId principal, List<Grant> held, Action action) {
        if (held instanceof FewGrants few && few.isOf(this)) {
            return few.best(principal, action);
        }
        if (held instanceof GrantIndex index && index.isOf(this)) {
            return index.best(principal, action);
        }
        LocalGrant best = null;
        int type = action.type().hashCode();
        // By index: an iterator would be allocated for every action.
        for (int i = 0; i < held.size() && !LocalGrant.isThereAndFree(best); i++) {
            LocalGrant grant = own(held.get(i));
            if (grant != null && !grant.isOfOtherType(type)) {
                best = grant.orBetter(best, principal, action);
            }
        }
        return best;
    }

    @Override
    public List<Grant> prepare(List<Grant> held) {
        List<LocalGrant> own = ownOf(held);
        return own.size() == held.size() && own.size() <= WITHOUT_INDEX
                ? new FewGrants(this, own)
                : new GrantIndex(this, held, own);
    }

    private static Ruling asks(LocalGrant grant) {
        return new Ruling.Asks(grant, reasonToAsk(grant), APPROVAL_EXPIRY);
    }

    private static String reasonToAsk(LocalGrant grant) {
        return grant + " requires an approval";
    }

    private Ruling refused(PrincipalId principal, List<Grant> held, Action action) {
        NearestMiss miss = miss(principal, held, action);
        return new Ruling.Refused(
                miss.reason(), MissingCapability.of(action, miss.capability()).toString());
    }

    private NearestMiss miss(PrincipalId principal, List<Grant> held, Action action) {
        var usable = ownOf(held).stream().filter(grant -> grant.isOf(principal)).toList();
        return NearestMiss.of(usable, action);
    }

    @Override
    public void deny(PrincipalId principal, List<Grant> held, Action action) {
        LocalGrant nearest = miss(principal, held, action).grant();
        if (nearest != null) {
            nearest.deny();
        }
    }

    @Override
    public Explanation explain(PrincipalId principal, List<Grant> held, Action action) {
        LocalGrant grant = best(principal, held, action);
        if (grant == null) {
            NearestMiss miss = miss(principal, held, action);
            String missing = MissingCapability.of(action, miss.capability()).toString();
            return new Explanation.Missed(action, chain(miss.grant()), miss.reason(), missing);
        }
        return grant.capability().approvalRequired()
                ? new Explanation.Asks(action, chain(grant), reasonToAsk(grant))
                : new Explanation.Granted(action, chain(grant));
    }

    private static List<Explanation.Link> chain(@Nullable LocalGrant last) {
        var links = new ArrayList<Explanation.Link>();
        for (LocalGrant grant = last; grant != null; grant = grant.above()) {
            links.add(Explanation.Link.to(grant));
        }
        return links;
    }

    @Override
    public @Nullable Use begin(Grant grant, Action action) {
        LocalGrant mine = own(grant);
        return mine != null && mine.covers(action) ? mine.begin(action) : null;
    }

    @Override
    public boolean revoke(Grant grant) {
        LocalGrant mine = required(grant);
        long open = mine.cut();
        log.atDebug()
                .addKeyValue("grant", mine.id())
                .addKeyValue("holder", mine.holder())
                .addKeyValue("openUses", open)
                .log("grant revoked");
        return mine.isKept();
    }

    @Override
    public long epoch() {
        return epoch.get();
    }

    void advanceEpoch() {
        epoch.incrementAndGet();
    }

    TimeSource time() {
        return time;
    }

    /** The time on the wall, or the latest one that a store has seen: a clock that was set back does not bring back what expired. */
    Instant latestTime() {
        Instant now = time.now();
        Instant known = latestKnown.get();
        return now.isBefore(known) ? known : now;
    }

    private @Nullable LocalGrant own(Grant grant) {
        return grant instanceof LocalGrant local && local.isOf(this) ? local : null;
    }

    private LocalGrant required(Grant grant) {
        LocalGrant mine = own(grant);
        if (mine == null) {
            throw new IllegalArgumentException("not a grant of this authority: " + grant);
        }
        return mine;
    }

    private List<LocalGrant> ownOf(List<Grant> grants) {
        return grants.stream()
                .filter(grant -> own(grant) != null)
                .map(LocalGrant.class::cast)
                .toList();
    }
}
