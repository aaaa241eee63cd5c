package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantInfo;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of all grants at one moment. There is no table of them in memory, since a million short-lived agents would have to be written
 * into it and out of it: what somebody has is found with whoever has it, what a store keeps is found there.
 */
final class GrantSurvey {
    private static final int PAGE = 1_000;

    private final Kernel kernel;

    GrantSurvey(Kernel kernel) {
        this.kernel = kernel;
    }

    /** {@return all, by number} */
    List<GrantInfo> all() {
        var found = new TreeMap<Long, GrantInfo>();
        kernel.rights.present().forEach(grant -> found.computeIfAbsent(grant.id(), _ -> GrantInfo.of(grant)));
        addKept(found);
        return List.copyOf(found.values());
    }

    Optional<GrantInfo> find(long id) {
        Grant grant = kernel.rights.find(id);
        if (grant != null) {
            return Optional.of(GrantInfo.of(grant));
        }
        Storage.StoredGrant stored = kernel.kept.row(id);
        return stored == null || !isOfSleeper(stored.grant()) ? Optional.empty() : Optional.of(describe(stored));
    }

    private void addKept(Map<Long, GrantInfo> found) {
        for (long after = 0; ; ) {
            List<Storage.StoredGrant> page = kernel.kept.after(after, PAGE);
            for (Storage.StoredGrant stored : page) {
                if (isOfSleeper(stored.grant())) {
                    found.computeIfAbsent(stored.grant().id(), _ -> describe(stored));
                }
            }
            if (page.size() < PAGE) {
                return;
            }
            after = page.getLast().grant().id();
        }
    }

    private boolean isOfSleeper(StoredRow.GrantRow row) {
        AgentId id = row.holder().agentId();
        StoredRow.AgentRow asleep = id == null ? null : kernel.dormant.find(id.address());
        return asleep != null && asleep.id().equals(id);
    }

    private GrantInfo describe(Storage.StoredGrant stored) {
        StoredRow.GrantRow row = stored.grant();
        StoredRow.GrantUseRow use = stored.use();
        GrantUsage usage = use == null
                ? GrantUsage.NONE
                : new GrantUsage(use.uses(), use.denials(), 0, use.lastUse(), use.bytes(), spent(use));
        return new GrantInfo(
                row.id(),
                row.capability(),
                row.holder(),
                row.parent(),
                depth(row),
                row.origin(),
                state(stored, usage),
                usage,
                row.created(),
                row.by());
    }

    private static BigDecimal spent(StoredRow.GrantUseRow use) {
        return use.spent().stream().map(StoredRow.Spending::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private GrantInfo.State state(Storage.StoredGrant stored, GrantUsage usage) {
        if (hasEnded(stored)) {
            return GrantInfo.State.REVOKED;
        }
        Instant now = kernel.time.now();
        var capability = stored.grant().capability();
        if (capability.expires().filter(end -> !now.isBefore(end)).isPresent()) {
            return GrantInfo.State.EXPIRED;
        }
        boolean usedUp = capability.uses().isPresent()
                        && usage.uses() >= capability.uses().getAsLong()
                || capability.maxBytes().isPresent()
                        && usage.bytes() >= capability.maxBytes().getAsLong();
        return usedUp ? GrantInfo.State.USED_UP : GrantInfo.State.ACTIVE;
    }

    /** Whether it, or one that it was derived from, has an end. */
    private boolean hasEnded(Storage.StoredGrant stored) {
        for (Storage.StoredGrant each = stored; ; ) {
            if (each == null || each.end() != null) {
                return true;
            }
            Long above = each.grant().parent();
            if (above == null) {
                return false;
            }
            each = kernel.kept.row(above);
        }
    }

    /** Each change of hands on its way, the first from whoever held it from the start. */
    private int depth(StoredRow.GrantRow row) {
        int depth = 0;
        for (StoredRow.GrantRow each = row; each != null; each = above(each)) {
            depth += each.holder().equals(each.by()) ? 0 : 1;
        }
        return depth;
    }

    private StoredRow.@Nullable GrantRow above(StoredRow.GrantRow row) {
        Storage.StoredGrant above = row.parent() == null ? null : kernel.kept.row(row.parent());
        return above == null ? null : above.grant();
    }
}
