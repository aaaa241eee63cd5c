package dev.agentos.api.security;

import dev.agentos.api.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Attempts that wait for a person, and those that have. What is decided through it is decided by whoever obtained it, crosses the gate as
 * {@code approval:<ticket>} with the verb {@code approve}, {@code deny} or {@code edit}, and is recorded. Thread-safe.
 *
 * <p>An attempt asks when the only grant that covers it says {@code approval=required}, or when a rule says
 * {@link Decision.NeedsApproval}. The agent then waits, without a thread of the platform, until the ticket is decided or expires; its
 * limit on the time of a turn stands still meanwhile. An approval answers the questions that the ticket shows and nothing else: when it is
 * given, the attempt is decided anew by grants, rules, hours, uses and revocation. It has to be made use of before the ticket expires.
 *
 * <p>Whatever is recorded one by one can wait: calls of tools, spawns, memory, {@code ctx.perform}. What would not show a person
 * what it carries cannot, and is denied instead: messages, events, topics; and so is what a tool asks for in the middle of its call.
 *
 * <p>The ticket of a durable agent is in the store before the agent waits. After a restart its turn runs again from its start; where it
 * makes the same attempt again, it uses the decision that was given, or goes on waiting for the same ticket. An attempt that was approved
 * and had begun when the program ended is asked about again, unless the tool says that a repetition does no harm. All other tickets
 * are withdrawn when the program ends.
 *
 * <p>An agent whose spec says that a limit pauses and asks ({@link dev.agentos.api.Limits.OnExceed#PAUSE_AND_ASK}) has a ticket, too, of
 * the kind {@link Approval.Kind#LIMIT}, one for each limit. An approval grants as much again, once, and the agent goes on unless somebody
 * else has paused it. If it is denied, or nobody decides within {@link #LIMIT_EXPIRY}, the action that met the limit throws its {@code
 * LimitExceededException}, and an agent whose time is up is terminated. Who resumes the agent by hand approves; its end, by
 * stop or terminate, withdraws the ticket. What a durable agent has used is counted anew by the next program: there the answer lets its turn run
 * again, and is used where that meets the same limit at the same place.
 *
 * @since 0.3
 */
public interface Approvals {
    /** How many attempts of one principal may wait at a time; one more is denied. */
    int MOST_OF_ONE = 256;

    /** How many attempts may wait at a time in all; one more is denied. */
    int MOST = 16_384;

    /** How long there is to decide about a limit that asks: a day, since the agent is paused and a night costs nothing. */
    Duration LIMIT_EXPIRY = Duration.ofDays(1);

    /** {@return what waits, oldest first} */
    List<Approval> pending();

    /** {@return a ticket, decided or not; empty if there is none, or the store has let it go} */
    Optional<Approval> find(long ticket);

    /** {@return tickets after a number, decided or not, oldest first, at most so many} */
    List<Approval> after(long ticket, int most);

    /**
     * Approves what a ticket shows. Returns when the decision is stored, if the ticket is.
     *
     * @param version that of the ticket which was read
     * @return the ticket as it is now
     * @throws dev.agentos.api.error.ApprovalException if there is no such ticket, it is settled, or was changed meanwhile
     * @throws dev.agentos.api.error.DeniedException if whoever decides may not
     */
    Approval approve(long ticket, int version);

    /**
     * Denies it; otherwise like {@link #approve}.
     *
     * @param reason told to the agent
     */
    Approval deny(long ticket, int version, String reason);

    /**
     * Approves a call of a tool with other arguments; otherwise like {@link #approve}. They are described and authorised anew; whatever
     * asks about them is answered by this decision, once.
     *
     * @param arguments all of them, as the ticket shows them but for what is changed; those that are hashes cannot be
     * @throws dev.agentos.api.error.InvalidArgumentsException if the tool does not take them; the ticket stays as it is
     * @throws IllegalArgumentException if it is not a call of a tool, or a hash was changed
     */
    Approval edit(long ticket, int version, JsonObject arguments);
}
