package dev.agentos.security;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
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
    private static final int MAX_DEPTH = 256;
    private static final Logger log = LoggerFactory.getLogger(LocalAuthority.class);

    private final TimeSource time;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong epoch = new AtomicLong(1);

    LocalAuthority(TimeSource time) {
        this.time = Objects.requireNonNull(time, "time");
    }

    @Override
    public Grant mintRoot(PrincipalId holder) {
        return new LocalGrant(this, Objects.requireNonNull(holder, "holder"), EVERYTHING, null);
    }

    @Override
    public Grant derive(List<Grant> from, PrincipalId holder, Capability capability) {
        Objects.requireNonNull(holder, "holder");
        LocalGrant giver = null;
        for (LocalGrant mine : ownOf(from)) {
            boolean fits = mine.includes(capability) && !mine.revoked() && !mine.expired();
            if (fits && (giver == null || mine.isFree())) {
                giver = mine;
            }
        }
        if (giver == null) {
            throw denied(capability, holder, NearestMiss.of(ownOf(from), capability));
        }
        if (giver.depth() >= MAX_DEPTH) {
            throw denied(capability, holder, giver + " has been handed on " + MAX_DEPTH + " times, which is the most");
        }
        return new LocalGrant(this, holder, capability, giver);
    }

    private static DeniedException denied(Capability capability, PrincipalId holder, String reason) {
        var action = Action.of("grant:" + capability.type(), "derive")
                .with("capability", capability.toString())
                .with("holder", holder.toString());
        return new DeniedException(action, reason, capability.toString());
    }

    @Override
    public Ruling check(PrincipalId principal, List<Grant> held, Action action) {
        LocalGrant counted = null;
        LocalGrant asking = null;
        int type = action.type().hashCode();
        // By index: an iterator would be allocated for every action.
        for (int i = 0; i < held.size(); i++) {
            LocalGrant grant = own(held.get(i));
            if (grant != null
                    && !grant.isOfOtherType(type)
                    && grant.covers(action)
                    && grant.holder().equals(principal)
                    && grant.hindrance(action) == null) {
                if (grant.isFree()) {
                    return grant.allowed();
                }
                if (grant.capability().approvalRequired()) {
                    asking = asking == null ? grant : asking;
                } else {
                    counted = counted == null ? grant : counted;
                }
            }
        }
        if (counted != null) {
            return counted.allowed();
        }
        return asking != null ? asks(asking) : refused(principal, held, action);
    }

    private static Ruling asks(LocalGrant grant) {
        return new Ruling.Asks(grant, grant + " requires an approval", APPROVAL_EXPIRY);
    }

    private Ruling refused(PrincipalId principal, List<Grant> held, Action action) {
        var usable = ownOf(held).stream()
                .filter(grant -> grant.holder().equals(principal))
                .toList();
        NearestMiss miss = NearestMiss.of(usable, action);
        return new Ruling.Refused(
                miss.reason(), MissingCapability.of(action, miss.capability()).toString());
    }

    @Override
    public @Nullable Use begin(Grant grant, Action action) {
        LocalGrant mine = own(grant);
        return mine != null && mine.covers(action) ? mine.begin(action) : null;
    }

    @Override
    public void revoke(Grant grant) {
        LocalGrant mine = own(grant);
        if (mine == null) {
            throw new IllegalArgumentException("not a grant of this authority: " + grant);
        }
        long open = mine.cut();
        log.atDebug()
                .addKeyValue("grant", mine.id())
                .addKeyValue("holder", mine.holder())
                .addKeyValue("openUses", open)
                .log("grant revoked");
    }

    @Override
    public long epoch() {
        return epoch.get();
    }

    void advanceEpoch() {
        epoch.incrementAndGet();
    }

    long nextId() {
        return ids.incrementAndGet();
    }

    TimeSource time() {
        return time;
    }

    private @Nullable LocalGrant own(Grant grant) {
        return grant instanceof LocalGrant local && local.isOf(this) ? local : null;
    }

    private List<LocalGrant> ownOf(List<Grant> grants) {
        return grants.stream()
                .filter(grant -> own(grant) != null)
                .map(LocalGrant.class::cast)
                .toList();
    }
}
