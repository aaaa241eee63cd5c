package dev.agentos.runtime.gate;

import dev.agentos.api.AgentId;
import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.Rate;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.message.Address;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Accounts form the tree of the agents. A use is reserved from the acting agent up to the root, each level by a compare-and-set against its
 * bound; the first that refuses has the levels below it undone. So no bound is ever passed, whatever runs at the same time; a use that
 * would fit may be refused while another one, which a higher level is about to refuse, is being undone.
 *
 * Messages and turns are too frequent to write to every ancestor: they climb only to the highest ancestor that bounds them, and are
 * otherwise counted where they happen ("own") and summed up when somebody asks. Whatever costs a microsecond anyway always climbs.
 */
/** Counts what one agent and its descendants use, against the agent's bounds. Thread-safe. */
public final class LimitAccount extends FrequentCounts {
    private final @Nullable AgentId owner;
    private final LimitPolicy policy;
    private final @Nullable LimitAccount parent;
    /** Bits of the limits that this account or an ancestor bounds. */
    private final int boundedHereOrAbove;
    /** Made on the first use of anything else than turns and messages: most agents are idle, and have none. */
    private volatile @Nullable LimitCounters counters;

    /**
     * Opens an account.
     *
     * @param owner the agent; null for the host and people
     * @param parent the account of the parent agent; null for an agent without
     */
    public LimitAccount(@Nullable AgentId owner, LimitPolicy policy, @Nullable LimitAccount parent) {
        this.owner = owner;
        this.policy = policy;
        this.parent = parent;
        this.boundedHereOrAbove = policy.bounded() | (parent == null ? 0 : parent.boundedHereOrAbove);
    }

    /** {@return the agent; null for the host and people} */
    public @Nullable AgentId owner() {
        return owner;
    }

    /** {@return the agent's address, {@code @host} if there is none} */
    public Address address() {
        return owner == null ? Address.HOST : owner.address();
    }

    /** {@return the bounds as they were given} */
    public Limits limits() {
        return policy.limits();
    }

    /** {@return the bound that holds now, times in seconds, with what was granted again; null if there is none} */
    public @Nullable BigDecimal bound(Limit limit) {
        BigDecimal once = policy.limits().bound(limit);
        LimitCounters counted = counters;
        return once == null || counted == null ? once : once.multiply(BigDecimal.valueOf(counted.grantedTimes(limit)));
    }

    /** {@return what is used of a limit that is bounded here; null if that is not counted by number} */
    @Nullable
    BigDecimal usedOf(Limit limit) {
        return switch (limit) {
            case TURNS, MESSAGES, TOOL_CALLS, TOOL_CALLS_PER_TURN, CHILDREN ->
                BigDecimal.valueOf(counted().count(limit));
            case TOKENS, MONEY -> counted().charged(limit);
            case WALL_TIME, TURN_TIME, IDENTICAL_CALLS, TOOL_CALL_RATE, DEPTH -> null;
        };
    }

    /** Grants as much of a limit again. */
    public void extend(Limit limit) {
        counted().extend(limit);
    }

    /**
     * Counts a use here and at every ancestor, or nowhere. On any thread.
     *
     * @param limit TURNS, MESSAGES or TOOL_CALLS
     * @return the bound that has no room for it; null if it was counted
     */
    public @Nullable Exceeded tryUse(Limit limit, long amount) {
        return tryUse(limit, amount, false);
    }

    /**
     * Counts a use like {@link #tryUse(Limit, long)}.
     *
     * @param byTurn whether the caller is the thread of the agent's turn, of which there is one at a time
     */
    @Nullable
    Exceeded tryUse(Limit limit, long amount, boolean byTurn) {
        if (amount < 0 || limit != Limit.TURNS && limit != Limit.MESSAGES && limit != Limit.TOOL_CALLS) {
            throw new IllegalArgumentException("not a use that counts up: " + amount + " " + limit);
        }
        for (LimitAccount at = this; at != null && at.climbs(limit); at = at.parent) {
            if (!at.counted().tryAdd(limit, amount, at.whole(limit))) {
                giveBackBelow(at, limit, amount);
                return new Exceeded(at, limit);
            }
        }
        if (limit != Limit.TOOL_CALLS) {
            addOwn(limit, amount, byTurn);
        }
        return null;
    }

    private void giveBackBelow(@Nullable LimitAccount end, Limit limit, long amount) {
        for (LimitAccount at = this; at != end && at != null; at = at.parent) {
            at.counted().add(limit, -amount);
        }
    }

    /**
     * Counts one tool call: in the turn, in the life, and in the windows of time, here and at every ancestor; or nowhere.
     *
     * @return the bound that has no room for it; null if it was counted
     */
    @Nullable
    Exceeded tryToolCall() {
        if (!counted().tryAdd(Limit.TOOL_CALLS_PER_TURN, 1, whole(Limit.TOOL_CALLS_PER_TURN))) {
            return new Exceeded(this, Limit.TOOL_CALLS_PER_TURN);
        }
        Exceeded met = tryUse(Limit.TOOL_CALLS, 1);
        if (met == null) {
            met = tryRates();
            if (met != null) {
                giveBackBelow(null, Limit.TOOL_CALLS, 1);
            }
        }
        if (met != null) {
            counted().add(Limit.TOOL_CALLS_PER_TURN, -1);
        }
        return met;
    }

    private @Nullable Exceeded tryRates() {
        for (LimitAccount at = this; at != null; at = at.parent) {
            Rate rate = at.policy.limits().toolCallRate();
            if (rate != null && !at.counted().window(rate).tryAdd(at.policy.nanoTime())) {
                takeRatesBackBelow(at);
                return new Exceeded(at, Limit.TOOL_CALL_RATE);
            }
        }
        return null;
    }

    private void takeRatesBackBelow(@Nullable LimitAccount end) {
        for (LimitAccount at = this; at != end && at != null; at = at.parent) {
            Rate rate = at.policy.limits().toolCallRate();
            if (rate != null) {
                at.counted().window(rate).removeLatest();
            }
        }
    }

    /** Takes a tool call back that was counted and then refused. */
    void giveBackToolCall() {
        counted().add(Limit.TOOL_CALLS_PER_TURN, -1);
        giveBackBelow(null, Limit.TOOL_CALLS, 1);
        takeRatesBackBelow(null);
    }

    /** {@return the bound that a call would break which is the same as the latest ones; null if none} */
    @Nullable
    Exceeded identical(String tool, JsonObject arguments) {
        long bound = whole(Limit.IDENTICAL_CALLS);
        LimitCounters counted = counters;
        return bound != LimitPolicy.NONE && counted != null && counted.identicalTo(tool, arguments) >= bound
                ? new Exceeded(this, Limit.IDENTICAL_CALLS)
                : null;
    }

    /** Remembers how a tool call ended. */
    void ended(String tool, JsonObject arguments, Object outcome) {
        if (whole(Limit.IDENTICAL_CALLS) != LimitPolicy.NONE) {
            counted().remember(tool, arguments, outcome);
        }
    }

    /**
     * Counts a child of this agent among the living.
     *
     * @return the bound that has no room for it, here or (for the depth) at an ancestor; null if it was counted
     */
    public @Nullable Exceeded tryChild() {
        long depth = 1;
        for (LimitAccount at = this; at != null; at = at.parent) {
            if (depth > at.whole(Limit.DEPTH)) {
                return new Exceeded(at, Limit.DEPTH);
            }
            depth++;
        }
        return counted().tryAdd(Limit.CHILDREN, 1, whole(Limit.CHILDREN)) ? null : new Exceeded(this, Limit.CHILDREN);
    }

    /** Takes back what {@link #tryChild} counted. */
    public void childEnded() {
        counted().add(Limit.CHILDREN, -1);
    }

    /**
     * Counts tokens or money here and at every ancestor. What was spent was spent: it is counted even if it is more than a bound
     * allows, so that an agent which goes on regardless is over its bound and stays there.
     *
     * @param limit TOKENS or MONEY
     * @return the first bound that is passed now; null if none
     * @throws IllegalArgumentException if the amount is negative, or not a whole number of tokens
     */
    public @Nullable Exceeded charge(Limit limit, BigDecimal amount) {
        if (limit != Limit.TOKENS && limit != Limit.MONEY) {
            throw new IllegalArgumentException("only TOKENS and MONEY are charged, not " + limit);
        }
        // A subclass could say that it is more than nothing, and take away from what was spent.
        if (amount.getClass() != BigDecimal.class
                || amount.signum() < 0
                || limit == Limit.TOKENS && amount.stripTrailingZeros().scale() > 0) {
            throw new IllegalArgumentException("not an amount of " + limit + ": " + amount);
        }
        for (LimitAccount at = this; at != null; at = at.parent) {
            at.counted().charge(limit, amount);
        }
        return over(limit, 1);
    }

    /** {@return the first bound on tokens or money with nothing left, so that what costs more may not begin; null if none} */
    @Nullable
    Exceeded spent() {
        Exceeded tokens = over(Limit.TOKENS, 0);
        return tokens != null ? tokens : over(Limit.MONEY, 0);
    }

    /** The first bound to which what was charged compares at least so. */
    private @Nullable Exceeded over(Limit limit, int comparison) {
        for (LimitAccount at = this; at != null; at = at.parent) {
            BigDecimal bound = at.bound(limit);
            LimitCounters counted = at.counters;
            if (bound != null && counted != null && counted.charged(limit).compareTo(bound) >= comparison) {
                return new Exceeded(at, limit);
            }
        }
        return null;
    }

    /** Begins a turn: what is counted per turn starts anew. */
    public void newTurn() {
        LimitCounters counted = counters;
        if (counted != null) {
            counted.newTurn();
        }
    }

    /** Ends the account: what only it has counted goes to the parent's sums. Once, when the agent can do nothing more. */
    public void ended() {
        if (parent != null) {
            parent.counted().addEnded(ownMessages(), ownTurns(), counters);
        }
    }

    /**
     * Returns what the agent and its descendants have used of each limit that counts up; what was never used is left out.
     *
     * @param living accounts of its living descendants
     */
    public Map<Limit, BigDecimal> used(Iterable<LimitAccount> living) {
        var used = new EnumMap<Limit, BigDecimal>(Limit.class);
        LimitCounters counted = counters;
        if (counted != null) {
            counted.report(used);
        }
        reportAll(used);
        living.forEach(descendant -> descendant.reportAll(used));
        return used;
    }

    /** Messages and turns that no living account has counted but this one. */
    private void reportAll(Map<Limit, BigDecimal> used) {
        reportOwn(used);
        LimitCounters counted = counters;
        if (counted != null) {
            counted.reportEnded(used);
        }
    }

    /** Whether the counter of a limit is kept here; if it is not, no ancestor keeps it either. */
    private boolean climbs(Limit limit) {
        return limit == Limit.TOOL_CALLS || (boundedHereOrAbove & LimitPolicy.bit(limit)) != 0;
    }

    private long whole(Limit limit) {
        long once = policy.bound(limit);
        LimitCounters counted = counters;
        return once == LimitPolicy.NONE || counted == null ? once : counted.granted(limit, once);
    }

    private LimitCounters counted() {
        LimitCounters present = counters;
        return present != null ? present : firstCounters();
    }

    private LimitCounters firstCounters() {
        synchronized (this) {
            LimitCounters present = counters;
            if (present == null) {
                present = new LimitCounters();
                counters = present;
            }
            return present;
        }
    }
}
