package dev.agentos.security;

import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.TimeSource;
import java.util.function.BooleanSupplier;
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

    private final Capability capability;
    private final @Nullable Account above;
    private final Object lock; // of everything below the topmost account
    private final @Nullable SlidingWindow rate; // guarded by lock
    private long uses; // guarded by lock, as are the others; what is left
    private long bytes;
    private long children;

    private Account(Capability capability, TimeSource time, @Nullable Account above) {
        this.capability = capability;
        this.above = above;
        this.lock = above == null ? new Object() : above.lock;
        this.rate =
                capability.rate().map(limit -> new SlidingWindow(limit, time)).orElse(null);
        this.uses = capability.uses().orElse(UNLIMITED);
        this.bytes = capability.maxBytes().orElse(UNLIMITED);
        this.children = capability.max().orElse(UNLIMITED);
    }

    /** {@return the account of a grant; null if neither it nor one above it limits anything that is counted} */
    static @Nullable Account of(Capability capability, TimeSource time, @Nullable Account above) {
        boolean limited = capability.uses().isPresent()
                || capability.maxBytes().isPresent()
                || capability.max().isPresent()
                || capability.rate().isPresent();
        return limited || above != null ? new Account(capability, time, above) : null;
    }

    /** {@return what stands against one more use; null if nothing does} */
    @Nullable
    Hindrance hindrance(boolean spawns) {
        synchronized (lock) {
            return hindranceNow(spawns);
        }
    }

    /**
     * Counts a use here and above, all or nothing.
     *
     * @param begins asked at the end, under the lock, when nothing else stands against it
     */
    boolean take(boolean spawns, BooleanSupplier begins) {
        synchronized (lock) {
            if (hindranceNow(spawns) != null || !begins.getAsBoolean()) {
                return false;
            }
            for (Account account = this; account != null; account = account.above) {
                account.uses--;
                account.children -= spawns ? 1 : 0;
                if (account.rate != null) {
                    account.rate.add();
                }
            }
            return true;
        }
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
                account.bytes -= account.capability.maxBytes().isPresent() ? amount : 0;
            }
            return true;
        }
    }

    /** What stands against one more use, in words. */
    String describe(Hindrance hindrance) {
        synchronized (lock) {
            Account used = this;
            while (used.above != null && used.ownHindrance(true) != hindrance) {
                used = used.above;
            }
            String limit = switch (hindrance) {
                case USES -> "all uses are used up, " + used.capability.uses().orElse(UNLIMITED);
                case BYTES ->
                    "all bytes are used up, " + used.capability.maxBytes().orElse(UNLIMITED);
                case CHILDREN ->
                    "as many children live as it permits, "
                            + used.capability.max().orElse(UNLIMITED);
                case RATE ->
                    "its rate is reached, "
                            + used.capability.rate().map(Object::toString).orElse("");
                case REVOKED, EXPIRED, CLOSED -> throw new IllegalArgumentException("not counted: " + hindrance);
            };
            return used == this ? limit : limit + ", of a grant that it was derived from";
        }
    }

    private @Nullable Hindrance hindranceNow(boolean spawns) {
        for (Account account = this; account != null; account = account.above) {
            Hindrance own = account.ownHindrance(spawns);
            if (own != null) {
                return own;
            }
        }
        return null;
    }

    private @Nullable Hindrance ownHindrance(boolean spawns) {
        if (uses == 0) {
            return Hindrance.USES;
        }
        if (bytes == 0) {
            return Hindrance.BYTES;
        }
        if (spawns && children == 0) {
            return Hindrance.CHILDREN;
        }
        return rate != null && rate.isFull() ? Hindrance.RATE : null;
    }
}
