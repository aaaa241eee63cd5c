package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.MailboxFullException;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.schedule.Moves;
import dev.agentos.runtime.schedule.Offered;
import dev.agentos.runtime.schedule.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/*
 * A message to a durable agent is a row before it is mail: it goes into the mailbox when its commit is done, so that the mailbox has the order of
 * the store, which a later life reads it back in. There is room for it then, whatever came meanwhile: whether there is was asked before the commit,
 * so a mailbox may hold more than its capacity by what was on its way at the same time.
 */

/** Mail for durable agents, by way of the store. Thread-safe. */
final class Inbox {
    private static final long FIRST_NAP = 50_000;
    private static final long LONGEST_NAP = 2_000_000;

    private final Kernel kernel;
    private final Storage storage;
    /** Whether there is a store that outlives the program. */
    private final boolean kept;

    private final Moves underWay = new Moves();

    Inbox(Kernel kernel, boolean kept) {
        this.kernel = kernel;
        this.storage = kernel.storage;
        this.kept = kept;
    }

    /** {@return whether there is a store that outlives the program} Else an inbox is a mailbox like any other. */
    boolean isKept() {
        return kept;
    }

    /** {@return what is on its way to a mailbox by way of the store} */
    Moves underWay() {
        return underWay;
    }

    // ---- delivering

    /**
     * Delivers mail to a durable agent. Returns when it is stored, and in the mailbox.
     *
     * @throws DeliveryException if it ends
     * @throws MailboxFullException if there is no room
     * @throws StorageException if it cannot be stored
     */
    void deliver(AgentCell recipient, Object mail, Message message) {
        if (endsForGood(recipient)) {
            kernel.post.refuse(recipient, message);
        }
        if (!awaitRoom(recipient, mail, message)) {
            return;
        }
        CompletableFuture<Offered> arrived = store(recipient, mail, message);
        Offered became =
                arrived.isDone() ? outcome(arrived) : kernel.scheduler.waiting(Wait.ACTIVE, () -> outcome(arrived));
        if (became == Offered.CLOSED && !recipient.has(LifeCell.SLEEP)) {
            kernel.post.refuse(recipient, message);
        }
    }

    private static Offered outcome(CompletableFuture<Offered> arrived) {
        try {
            return arrived.join(); // as long as the store takes, which is bounded; an interrupt is left for the caller
        } catch (CompletionException e) {
            throw unchecked(e);
        }
    }

    /** Delivers a message to a durable agent and does not wait. {@return ACCEPTED, FULL or CLOSED} */
    Offered deliverLater(AgentCell recipient, Message message) {
        if (endsForGood(recipient)) {
            return Offered.CLOSED;
        }
        if (recipient.pending() >= recipient.spec.mailboxCapacity()) {
            return Offered.FULL;
        }
        var _ = store(recipient, message, message).whenComplete((offered, failure) -> {
            if (failure != null) {
                kernel.callbacks.execute(() -> kernel.post.dead(
                        message, DeadLetter.Reason.RECIPIENT_ENDED, "it could not be stored: " + failure));
            } else if (offered == Offered.CLOSED) {
                bury(recipient, message);
            }
        });
        return Offered.ACCEPTED;
    }

    /** Keeps a message for an agent that is asleep. Returns when it is stored. */
    void keep(AgentId inbox, Message message) {
        requireStorable(message);
        CompletableFuture<Offered> stored =
                storeRow(inbox, message).thenApply(row -> offerIfAwake(inbox, message, row));
        kernel.scheduler.waiting(Wait.ACTIVE, () -> outcome(stored));
    }

    private Offered offerIfAwake(AgentId inbox, Message message, StoredRow.MessageRow row) {
        AgentCell awake = kernel.directory.find(inbox.address());
        Durable durable = awake == null || !awake.id.equals(inbox) ? null : awake.durable;
        return durable == null || row.stage() == StoredRow.Stage.DONE ? Offered.ACCEPTED : durable.offer(message);
    }

    /** Has a message leave when the sender's turn is committed. Its own threads. */
    void buffer(AgentCell sender, AgentCell recipient, Message message) {
        TurnBuffer buffer = sender.turnBuffer();
        if (buffer == null) {
            throw new IllegalStateException("agent " + sender.id + " is in no turn that is committed as a whole");
        }
        boolean ends =
                recipient.durable == null ? recipient.has(LifeCell.FENCED | LifeCell.STOP) : endsForGood(recipient);
        if (ends) {
            kernel.post.refuse(recipient, message);
        }
        if (awaitRoom(recipient, message, message)) {
            add(buffer, recipient, message);
        }
    }

    /** Like {@link #buffer}, without waiting for room. {@return ACCEPTED, FULL or CLOSED} */
    Offered bufferNow(TurnBuffer buffer, AgentCell recipient, Message message) {
        boolean ends =
                recipient.durable == null ? recipient.has(LifeCell.FENCED | LifeCell.STOP) : endsForGood(recipient);
        if (ends) {
            return Offered.CLOSED;
        }
        if (recipient.pending() >= recipient.spec.mailboxCapacity()) {
            return Offered.FULL;
        }
        add(buffer, recipient, message);
        return Offered.ACCEPTED;
    }

    private void add(TurnBuffer buffer, AgentCell recipient, Message message) {
        if (kept && recipient.durable != null) {
            requireStorable(message);
            buffer.add(new StoredRow.MessageRow(message, recipient.id, StoredRow.Stage.PENDING, 0));
        }
        buffer.whenCommitted(() -> arrive(recipient, message));
    }

    /** Like {@link #buffer}, for an agent that is asleep. */
    void buffer(TurnBuffer buffer, AgentId asleep, Message message) {
        requireStorable(message);
        var row = new StoredRow.MessageRow(message, asleep, StoredRow.Stage.PENDING, 0);
        buffer.add(row);
        buffer.whenCommitted(() -> {
            var _ = offerIfAwake(asleep, message, row);
        });
    }

    private void arrive(AgentCell recipient, Message message) {
        Durable durable = recipient.durable;
        Offered offered = durable == null ? recipient.offerExempt(message) : durable.offer(message);
        if (offered == Offered.CLOSED) {
            bury(recipient, message);
        } else {
            kernel.post.left(recipient, message);
        }
    }

    /** Whoever it was for has ended since; one that is asleep finds it in its inbox. */
    private void bury(AgentCell recipient, Message message) {
        if (recipient.has(LifeCell.SLEEP)) {
            return;
        }
        kernel.callbacks.execute(() -> {
            kernel.post.dead(message, DeadLetter.Reason.RECIPIENT_ENDED, "agent " + recipient.id + " has ended");
            if (recipient.durable != null) {
                mark(message, StoredRow.Stage.DEAD, 0);
            }
        });
    }

    private static boolean endsForGood(AgentCell recipient) {
        return recipient.has(LifeCell.FENCED | LifeCell.STOP) && !recipient.has(LifeCell.SLEEP);
    }

    private CompletableFuture<Offered> store(AgentCell recipient, Object mail, Message message) {
        Durable durable = Objects.requireNonNull(recipient.durable, "durable");
        if (!kept) {
            return CompletableFuture.completedFuture(durable.offer(mail));
        }
        requireStorable(message); // before it counts as being on its way
        underWay.begin();
        return storeRow(recipient.id, message)
                .thenCompose(row -> row.stage() == StoredRow.Stage.DEAD
                        ? raise(message).thenApply(none -> durable.offer(mail))
                        : CompletableFuture.completedFuture(
                                row.stage() == StoredRow.Stage.DONE ? Offered.ACCEPTED : durable.offer(mail)))
                .whenComplete((offered, failure) -> underWay.end());
    }

    /** {@return the row as it is in the store: one that was there before is left as it was} */
    private CompletableFuture<StoredRow.MessageRow> storeRow(AgentId inbox, Message message) {
        var row = new StoredRow.MessageRow(message, inbox, StoredRow.Stage.PENDING, 0);
        try {
            return storage.commit(List.of(row), Durability.DURABLE)
                    .thenApply(rows -> (StoredRow.MessageRow) rows.getFirst())
                    .toCompletableFuture();
        } catch (RuntimeException e) { // a store that refuses before it answers
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A dead letter is sent again. */
    private CompletableFuture<?> raise(Message message) {
        var row = new StoredRow.MessageStageRow(message.id(), StoredRow.Stage.PENDING, 0);
        // Not on the thread of the store, which may not wait for the store.
        return CompletableFuture.supplyAsync(() -> storage.commit(List.of(row), Durability.DURABLE), kernel.callbacks)
                .thenCompose(stage -> stage);
    }

    /** What a later life could not be given is refused now. */
    private static void requireStorable(Message message) {
        Object payload = message.payload();
        boolean storable = payload instanceof Record
                || payload instanceof Enum<?>
                || payload instanceof CharSequence
                || payload instanceof Number
                || payload instanceof Boolean
                || payload instanceof Character
                || payload instanceof Instant
                || payload instanceof Duration
                || payload instanceof JsonValue;
        if (!storable) {
            throw new DeliveryException(
                    ErrorCode.PAYLOAD_REFUSED,
                    message.recipient(),
                    "a durable agent takes records, enums, JSON, texts, numbers and times, which a store can give"
                            + " back, not a "
                            + payload.getClass().getName());
        }
    }

    /** Writes down what became of a message that is kept; not at once. */
    void mark(Message message, StoredRow.Stage stage, int attempts) {
        if (kept) {
            storage.commit(List.of(new StoredRow.MessageStageRow(message.id(), stage, attempts)), Durability.BUFFERED)
                    .exceptionally(failure -> {
                        kernel.chronicle.notStored(message, failure);
                        return List.of();
                    });
        }
    }

    // ---- room

    /** False: the mailbox drops the newest, and it is a dead letter. */
    private boolean awaitRoom(AgentCell recipient, Object mail, Message message) {
        int capacity = recipient.spec.mailboxCapacity();
        if (recipient.pending() < capacity) {
            return true;
        }
        if (recipient.spec.overflow() == Overflow.DROP_NEWEST) {
            kernel.post.undelivered(
                    mail,
                    DeadLetter.Reason.MAILBOX_FULL,
                    "the mailbox holds " + capacity + " messages and drops the newest");
            return false;
        }
        boolean waits = recipient.spec.overflow() == Overflow.BLOCK && !recipient.inTurn();
        if (!waits || !kernel.scheduler.waiting(Wait.PASSIVE, () -> napUntilRoom(recipient, capacity))) {
            throw new MailboxFullException(message.recipient(), capacity);
        }
        return true;
    }

    /** Naps: who takes mail out of a mailbox does not know of those that wait outside the queue for it. */
    private boolean napUntilRoom(AgentCell recipient, int capacity) {
        long deadline = kernel.nanos() + Times.length(recipient.spec.sendTimeout());
        for (long nap = FIRST_NAP; recipient.pending() >= capacity; nap = Math.min(nap * 2, LONGEST_NAP)) {
            if (kernel.nanos() - deadline >= 0 || Thread.currentThread().isInterrupted() || recipient.hasEnded()) {
                return false;
            }
            LockSupport.parkNanos(recipient, nap);
        }
        return true;
    }

    static RuntimeException unchecked(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case StorageException e -> new StorageException(e.problem(), String.valueOf(e.getMessage()), e);
            case VersionConflictException e -> e;
            case RuntimeException e -> e;
            case AgentStopped e -> throw e;
            default -> new StorageException("the store failed: " + cause, cause);
        };
    }
}
