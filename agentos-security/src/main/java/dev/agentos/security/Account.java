package dev.agentos.security;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Budget;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.StoredRow.GrantUseRow;
import dev.agentos.api.spi.StoredRow.Spending;
import dev.agentos.api.spi.TimeSource;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/*
 * A use counts against every grant on the way up, and has to be had from all of them or from none. Taking from one after
 * the other and giving back what was taken if a later one refuses never exceeds a limit, but for a moment holds what
 * somebody else is then refused (the model checker found it at once). So all accounts below one limited grant share a
 * lock: it is held for as long as it takes to look and to count, and only by grants that limit something.
 */
/** What is left of what a grant limits, seen together with what is left of the grants above it. Thread-safe. */
final class Account {
    private static final long UNLIMITED = Long.MAX_VALUE;
    private static final int MOST_ZEROS = 40;

    private final Capability capability;
    private final @Nullable Account above;
    private final Object lock; // of everything below the topmost account
    private final @Nullable SlidingWindow rate; // guarded by lock
    private final @Nullable Budget budget;
    private final @Nullable SlidingWindow spent; // guarded by lock
    private long uses; // guarded by lock, as are the others; what is left
    private long bytes;
    private long children;
    private long through; // bytes, whether they are limited here or above

    private Account(Capability capability, TimeSource time, @Nullable Account above) {
        this.capability = capability;
        this.above = above;
        this.lock = above == null ? new Object() : above.lock;
        this.rate = capability
                .rate()
                .map(limit -> new SlidingWindow(BigDecimal.valueOf(limit.count()), limit.window(), time))
                .orElse(null);
        this.budget = capability.budget().orElse(null);
        this.spent = budget == null ? null : new SlidingWindow(budget.amount(), budget.period(), time);
        this.uses = capability.uses().orElse(UNLIMITED);
        this.bytes = capability.maxBytes().orElse(UNLIMITED);
        this.children = capability.max().orElse(UNLIMITED);
    }

    /** {@return the account of a grant; null if neither it nor one above it limits anything that is counted} */
    static @Nullable Account of(Capability capability, TimeSource time, @Nullable Account above) {
        boolean limited = capability.uses().isPresent()
                || capability.maxBytes().isPresent()
                || capability.max().isPresent()
                || capability.rate().isPresent()
                || capability.budget().isPresent();
        return limited || above != null ? new Account(capability, time, above) : null;
    }

    /** Counts what was counted before a restart; here only, since those above have counted it too. */
    void restore(GrantUseRow use) {
        synchronized (lock) {
            uses = uses == UNLIMITED ? uses : Math.max(0, uses - use.uses());
            bytes = bytes == UNLIMITED ? bytes : Math.max(0, bytes - use.bytes());
            through = use.bytes();
            if (rate != null) {
                rate.restore(use.recent());
            }
            if (spent != null) {
                spent.restore(use.spent());
            }
        }
    }

    /** {@return what stands against one more use; null if nothing does} */
    @Nullable
    Hindrance hindrance(Action action) {
        synchronized (lock) {
            return hindranceNow(action);
        }
    }

    /**
     * Counts a use here and above, all or nothing.
     *
     * @param begins asked at the end, under the lock, when nothing else stands against it
     */
    boolean take(Action action, BooleanSupplier begins) {
        boolean spawns = isSpawn(action);
        synchronized (lock) {
            if (hindranceNow(action) != null || !begins.getAsBoolean()) {
                return false;
            }
            for (Account account = this; account != null; account = account.above) {
                account.uses -= account.uses == UNLIMITED ? 0 : 1;
                account.children -= spawns ? 1 : 0;
                if (account.rate != null) {
                    account.rate.add(BigDecimal.ONE);
                }
                if (account.spent != null) {
                    account.spent.add(account.amountOf(action));
                }
            }
            return true;
        }
    }

    static boolean isSpawn(Action action) {
        return action.verb().equals("spawn") && action.type().equals("agent");
    }

    /** What an action takes from the budget; more than there can be if that cannot be told. */
    private BigDecimal amountOf(Action action) {
        return budget == null ? BigDecimal.ZERO : budget.amountOf(action).orElse(BigDecimal.valueOf(UNLIMITED, -99));
    }

    /** A child that was counted has ended. */
    void endChild() {
        synchronized (lock) {
            for (Account account = this; account != null; account = account.above) {
                account.children++;
            }
        }
    }

    /** Counts bytes here and above. {@return false if they are too many, and then none are counted} */
    boolean charge(long amount) {
        synchronized (lock) {
            for (Account account = this; account != null; account = account.above) {
                if (amount > account.bytes) {
                    return false;
                }
            }
            for (Account account = this; account != null; account = account.above) {
                account.bytes -= account.bytes == UNLIMITED ? 0 : amount;
                account.through += amount;
            }
            return true;
        }
    }

    long through() {
        synchronized (lock) {
            return through;
        }
    }

    /** {@return how much of the budget is used; 0 if there is none} */
    BigDecimal spent() {
        synchronized (lock) {
            return spent == null ? BigDecimal.ZERO : spent.inside();
        }
    }

    /** {@return what the window of the rate holds} */
    List<Spending> recentUses() {
        synchronized (lock) {
            return rate == null ? List.of() : rate.entries();
        }
    }

    /** {@return what the window of the budget holds} */
    List<Spending> spendings() {
        synchronized (lock) {
            return spent == null ? List.of() : spent.entries();
        }
    }

    /** What stands against one more use, in words. */
    String describe(Hindrance hindrance, Action action) {
        synchronized (lock) {
            Account used = this;
            while (used.above != null && used.ownHindrance(action) != hindrance) {
                used = used.above;
            }
            String limit = used.describeOwn(hindrance, action);
            return used == this ? limit : limit + ", of a grant that it was derived from";
        }
    }

    private String describeOwn(Hindrance hindrance, Action action) {
        return switch (hindrance) {
            case USES -> "all uses are used up, " + capability.uses().orElse(UNLIMITED);
            case BYTES -> "all bytes are used up, " + capability.maxBytes().orElse(UNLIMITED);
            case CHILDREN ->
                "as many children live as it permits, " + capability.max().orElse(UNLIMITED);
            case RATE -> "its rate is reached, " + saysOf("rate");
            case BUDGET ->
                "its budget " + budget + " does not suffice: " + shown(spent()) + " is used, and this takes "
                        + shown(amountOf(action));
            case REVOKED, EXPIRED, CLOSED -> throw new IllegalArgumentException("not counted: " + hindrance);
        };
    }

    /** As people write it; not what would be a billion zeros. */
    private static String shown(BigDecimal amount) {
        return Math.abs((long) amount.scale()) <= MOST_ZEROS ? amount.toPlainString() : amount.toString();
    }

    /** What the capability says of a key, in its own words. */
    private String saysOf(String key) {
        return capability.constraints().stream()
                .filter(constraint -> constraint.key().equals(key))
                .flatMap(constraint -> constraint.values().stream())
                .collect(Collectors.joining());
    }

    private @Nullable Hindrance hindranceNow(Action action) {
        for (Account account = this; account != null; account = account.above) {
            Hindrance own = account.ownHindrance(action);
            if (own != null) {
                return own;
            }
        }
        return null;
    }

    private @Nullable Hindrance ownHindrance(Action action) {
        if (uses == 0) {
            return Hindrance.USES;
        }
        if (bytes == 0) {
            return Hindrance.BYTES;
        }
        if (children == 0 && isSpawn(action)) {
            return Hindrance.CHILDREN;
        }
        if (rate != null && !rate.fits(BigDecimal.ONE)) {
            return Hindrance.RATE;
        }
        return spent == null || spent.fits(amountOf(action)) ? null : Hindrance.BUDGET;
    }
}
