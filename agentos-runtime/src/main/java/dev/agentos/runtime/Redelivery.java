package dev.agentos.runtime;

import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;
import java.util.List;
import java.util.concurrent.CompletionException;

/** One more attempt at a dead letter: the same message, under its old number. */
final class Redelivery {
    private final Kernel kernel;
    private final DeadLetter letter;
    private final Message message;

    Redelivery(Kernel kernel, DeadLetter letter) {
        this.kernel = kernel;
        this.letter = letter;
        this.message = letter.message();
    }

    /**
     * Sends it again for an actor, to whoever has the address now, and marks the letter. Never waits for room.
     *
     * @throws dev.agentos.api.error.DeniedException if the actor may not send there
     * @throws DeliveryException if nobody takes it: it is a dead letter once more
     */
    void by(Actor actor) {
        Address to = message.recipient();
        kernel.gate.allowSend(actor, to);
        AgentCell recipient = kernel.directory.find(to);
        if (recipient == null) {
            throw again(
                    DeadLetter.Reason.UNKNOWN_RECIPIENT, ErrorCode.UNDELIVERABLE, "no living agent has this address");
        }
        Object payload = kernel.post.fitting(recipient, message.payload());
        if (payload == null) {
            String problem = "it accepts other payloads than a " + message.type();
            throw again(DeadLetter.Reason.PAYLOAD_REFUSED, ErrorCode.PAYLOAD_REFUSED, problem);
        }
        if (recipient.durable != null && kernel.inbox.isKept() && letter.redelivered() == null) {
            // It was given up there; from the second time on, it counts how far it has come since.
            store(List.of(new StoredRow.MessageStageRow(message.id(), StoredRow.Stage.PENDING, 0)), Durability.DURABLE);
        }
        switch (kernel.post.deliverNow(recipient, Rights.bound(recipient, carrying(payload)))) {
            case ACCEPTED -> mark(recipient);
            case CLOSED ->
                throw stillDead(
                        recipient,
                        DeadLetter.Reason.RECIPIENT_ENDED,
                        ErrorCode.UNDELIVERABLE,
                        "agent " + recipient.id + " is ending and takes no mail");
            case FULL, DROPPED, TIMED_OUT, INTERRUPTED ->
                throw stillDead(
                        recipient, DeadLetter.Reason.MAILBOX_FULL, ErrorCode.MAILBOX_FULL, Post.full(recipient));
        }
    }

    /** The message with its payload as the recipient takes it, which may be a record that was made of JSON. */
    private Message carrying(Object payload) {
        boolean isTheSame = payload.getClass() == message.payload().getClass();
        return new Message(
                message.id(),
                message.sender(),
                message.recipient(),
                isTheSame ? message.type() : payload.getClass().getName(),
                payload,
                message.correlation(),
                message.causation(),
                message.time(),
                message.headers(),
                message.grants());
    }

    /** Nor does it come from the inbox of a durable recipient in its next life. */
    private DeliveryException stillDead(AgentCell recipient, DeadLetter.Reason reason, ErrorCode code, String problem) {
        if (recipient.durable != null) {
            kernel.inbox.mark(message, StoredRow.Stage.DEAD, 0);
        }
        return again(reason, code, problem);
    }

    private DeliveryException again(DeadLetter.Reason reason, ErrorCode code, String problem) {
        kernel.post.dead(message, reason, problem);
        return new DeliveryException(code, message.recipient(), problem);
    }

    private void mark(AgentCell recipient) {
        var event = kernel.events.row(
                recipient.id,
                new SystemEvent.Redelivered(letter.sequence(), message.recipient()),
                message.correlation());
        store(List.of(new StoredRow.RedeliveredRow(letter.sequence(), kernel.time.now()), event), Durability.BUFFERED);
    }

    private void store(List<StoredRow> rows, Durability durability) {
        try {
            var _ = kernel.storage
                    .commit(rows, durability)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new StorageException(
                    "dead letter " + letter.sequence() + " was not marked: " + e.getCause(), e.getCause());
        }
    }
}
