package dev.agentos.runtime;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.schedule.Offered;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * A turn of a durable agent writes into its buffer; when it has ended, all of it goes to the store in one commit: the message taken, the
 * working memory, the messages to other durable agents. Until that commit is done the agent has the flag COMMIT, and no code of it runs:
 *
 *   begin  -> the handler runs -> finish -> COMMIT up -> stored: what leaves, leaves   -> COMMIT down -> the next turn
 *                 | throws                       | refused: the turn runs again or has failed
 *                 drop: the mail is tried again
 *
 * What one turn wrote here the next one sees, and so does whoever hears of the commit in between: COMMIT is a volatile flag.
 */

/** What a durable agent has beside its life: the turn that is not committed yet, and what came into its inbox. */
final class Durable {
    /** The session of the agent's working memory that is the system's. */
    static final String SESSION = "agentos";

    static final String CHECKPOINT = "checkpoint";
    static final String STARTS = "starts";

    /** How often a message comes again after its turn has failed. */
    static final int REDELIVERIES = 3;

    /** How often a turn runs again because somebody else changed a key that it had compared. */
    static final int CONFLICTS = 16;

    private static final int REMEMBERED = 256;

    /** The row that it was brought back from; null if it is new. */
    final StoredRow.@Nullable AgentRow revived;

    /** What its row says of where it comes from. */
    final JsonValue spec;

    private final AgentCell cell;
    /** The turn's, like all that is not said to be guarded. */
    private @Nullable TurnBuffer buffer;

    /** The mail that the turn has taken. */
    private @Nullable Object taken;

    /** Mail that is handled before all other: its turn did not come to its end. */
    private volatile @Nullable Object again;

    /** What made the turn of that mail fail; null if nothing did. */
    private @Nullable Throwable againAfter;

    private int conflicts;
    private long starts;
    /** The turn whose commit was refused, until the agent looks. */
    private volatile @Nullable Refused refused;

    /** How often turns of messages have failed. Guarded by this, like all below: senders give up what finds no room. */
    private final Map<Long, Integer> failures = new HashMap<>(2);

    /** Messages that are in the mailbox. */
    private final Set<Long> accepted = new HashSet<>();

    /** Those that were handled last. */
    private final ArrayDeque<Long> handled = new ArrayDeque<>();

    /** What came before the inbox was read; null once it is. */
    private @Nullable List<Object> early;

    Durable(AgentCell cell, JsonValue spec, StoredRow.@Nullable AgentRow revived) {
        this.cell = cell;
        this.spec = spec;
        this.revived = revived;
        this.early = revived == null ? null : new ArrayList<>();
    }

    /**
     * A turn that has ended and is not committed yet.
     *
     * @param taken the mail that it handled; null if it handled none
     */
    record Turn(
            List<StoredRow> rows,
            List<Runnable> leaving,
            @Nullable Object taken) {}

    /** A turn that the store does not take. */
    record Refused(Turn turn, RuntimeException cause) {}

    String namespace() {
        return "agent/" + cell.id;
    }

    // ---- the turn

    @Nullable
    TurnBuffer buffer() {
        return buffer;
    }

    void begin(Object mail) {
        taken = mail;
        buffer = new TurnBuffer(cell.id + "/" + message(mail).id());
    }

    /** Begins a turn that handles no message: an instance starts, or stops. */
    void begin(String what) {
        taken = null;
        buffer = new TurnBuffer(cell.id + "/" + what + "-" + starts);
    }

    /** Ends the running turn in order. {@return what is to be committed} */
    synchronized Turn finish(Instant now) {
        TurnBuffer ended = buffer;
        Object mail = taken;
        var rows = new ArrayList<StoredRow>();
        if (ended != null) {
            rows.addAll(ended.rows());
            if (mail == null && (!rows.isEmpty() || ended.hasSteps())) {
                starts++; // steps of the next start have other names
                rows.add(system(STARTS, JsonValue.of(starts), now, Set.of()));
            }
        }
        if (mail != null && cell.kernel.inbox.isKept()) {
            long id = message(mail).id();
            rows.add(new StoredRow.MessageStageRow(id, StoredRow.Stage.DONE, failures.getOrDefault(id, 0) + 1));
        }
        buffer = null;
        taken = null;
        return new Turn(rows, ended == null ? List.of() : ended.leaving(), mail);
    }

    /** A row of the part of its working memory that is the system's. */
    StoredRow.WorkingRow system(String key, JsonValue value, Instant now, Set<String> taint) {
        return new StoredRow.WorkingRow(namespace(), SESSION, key, value, StoredRow.WorkingRow.ANY, now, null, taint);
    }

    /** Forgets what the running turn has written. {@return the mail that it had taken; null if none} */
    @Nullable
    Object drop() {
        Object mail = taken;
        buffer = null;
        taken = null;
        return mail;
    }

    /** The turn's commit is done. */
    void committed(Turn turn) {
        conflicts = 0;
        if (turn.taken != null) {
            done(message(turn.taken).id());
        }
    }

    /** The turn's commit was refused: the agent has to look. */
    void refuse(Turn turn, RuntimeException cause) {
        refused = new Refused(turn, cause);
    }

    boolean isRefused() {
        return refused != null;
    }

    @Nullable
    Refused takeRefused() {
        Refused present = refused;
        refused = null;
        return present;
    }

    /** Whether a turn that met a conflict may run once more. */
    boolean mayRepeat() {
        conflicts++;
        return conflicts <= CONFLICTS;
    }

    // ---- mail that comes again

    /**
     * Counts a failure of a turn.
     *
     * @return whether its message may come again
     */
    synchronized boolean mayTryAgain(Object mail) {
        int count = failures.merge(message(mail).id(), 1, Integer::sum);
        return count <= REDELIVERIES;
    }

    synchronized int failures(Object mail) {
        return failures.getOrDefault(message(mail).id(), 0);
    }

    /**
     * Has mail handled before all other.
     *
     * @param after what made its turn fail; null if nothing did
     */
    void tryAgain(Object mail, @Nullable Throwable after) {
        if (mail instanceof PendingAsk ask) {
            ask.unuse();
        }
        againAfter = after;
        again = mail;
    }

    /** {@return whether there is mail to be handled before all other} */
    boolean hasAgain() {
        return again != null;
    }

    @Nullable
    Object takeAgain() {
        Object mail = again;
        again = null;
        return mail;
    }

    @Nullable
    Throwable againAfter() {
        return againAfter;
    }

    // ---- the inbox

    /** Puts kept mail into the mailbox, unless it is there or was handled. Quick; on any thread. */
    synchronized Offered offer(Object mail) {
        List<Object> waiting = early;
        if (waiting != null) {
            waiting.add(mail);
            return Offered.ACCEPTED;
        }
        long id = message(mail).id();
        if (handled.contains(id) || !accepted.add(id)) {
            return Offered.ACCEPTED;
        }
        Offered offered = cell.offerExempt(mail);
        if (offered != Offered.ACCEPTED) {
            accepted.remove(id);
        }
        return offered;
    }

    /** Fills the mailbox of an agent that was brought back, before its code runs. */
    synchronized void load(List<StoredRow.MessageRow> pending, long startsSoFar) {
        starts = startsSoFar;
        List<Object> waiting = early;
        early = null;
        for (StoredRow.MessageRow row : pending) {
            if (row.attempts() > 0) {
                failures.put(row.message().id(), row.attempts());
            }
            offer(Rights.bound(cell, row.message()));
        }
        if (waiting != null) {
            waiting.forEach(this::offer);
        }
    }

    /** A message will not be handled any more, or has been. */
    synchronized void done(long message) {
        failures.remove(message);
        accepted.remove(message);
        handled.addLast(message);
        if (handled.size() > REMEMBERED) {
            handled.removeFirst();
        }
    }

    /** A message is a dead letter, which may be sent again. */
    synchronized void dropped(long message) {
        failures.remove(message);
        accepted.remove(message);
    }

    private static Message message(Object mail) {
        return mail instanceof PendingAsk ask ? ask.message : (Message) mail;
    }
}
