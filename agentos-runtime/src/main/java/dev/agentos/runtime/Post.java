package dev.agentos.runtime;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.error.MailboxFullException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.StoredValue;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.schedule.Offered;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Carries messages from whoever sends to the mailbox of whom they are for, or to the dead letters. Rights were checked before. */
final class Post {
    private final Kernel kernel;
    private final MessageIds ids;
    /** Where every message is kept; null if they are not. */
    private final @Nullable CorrespondenceRecord record;

    Post(Kernel kernel, MessageIds ids, @Nullable CorrespondenceRecord record) {
        this.kernel = kernel;
        this.ids = ids;
        this.record = record;
    }

    @Nullable
    CorrespondenceRecord record() {
        return record;
    }

    /** {@return the message of mail: itself, or what an ask carries} */
    static @Nullable Message message(@Nullable Object mail) {
        return mail instanceof PendingAsk ask ? ask.message : (Message) mail;
    }

    /** {@return what is to be handled of something from a mailbox; null if it was a ticket for what is not there any more} */
    static @Nullable Object opened(Object mail) {
        return mail instanceof TopicSubscription ticket ? ticket.next() : mail;
    }

    /** {@return why a mailbox took nothing more} */
    static String full(AgentCell recipient) {
        return "the mailbox holds " + recipient.spec.mailboxCapacity() + " messages";
    }

    /**
     * Checks a payload.
     *
     * @throws IllegalArgumentException if it is more than a value
     */
    static void requireValue(Object payload) {
        Objects.requireNonNull(payload, "payload");
        if (payload instanceof AgentHandle || payload instanceof AgentContext || payload instanceof Grant) {
            throw new IllegalArgumentException(
                    "a handle, a context or a grant carries somebody's authority and is no payload: " + payload);
        }
    }

    /** {@return the number before so many that are the caller's from now on} */
    long takeIds(int count) {
        return ids.take(count);
    }

    /** Sends on behalf of an agent, on one of its own threads; else like {@link #send}. */
    void sendFrom(AgentCell sender, Address to, Object payload) {
        Message cause = sender.messageInHand();
        if (!sender.inTurn()) {
            sendAs(sender, to, payload, cause);
            return;
        }
        Acting acting = sender.acting();
        AgentCell recipient = acting.recipient(to);
        if (recipient == null) {
            if (sendToSleeper(sender, to, payload, cause)) {
                return;
            }
            recipient = recipient(sender, to, payload, cause); // throws, unless it has just been born
        }
        Object accepted = recipient.spec.accepts().isEmpty() ? payload : accepted(recipient, sender, payload, cause);
        Message message = write(acting.nextMessageId(), sender, to, accepted, cause);
        leave(sender, recipient, message);
    }

    /** Sends with grants that were derived for the recipient; on any of the sender's own threads. */
    void sendLending(AgentCell sender, Address to, Object payload, List<Grant> lent) {
        Message cause = sender.messageInHand();
        AgentCell recipient = kernel.directory.find(to);
        StoredRow.AgentRow asleep = recipient == null ? kernel.dormant.find(to) : null;
        if (asleep != null) {
            keep(sender, asleep, Rights.carrying(write(sender, to, payload, cause), lent));
            return;
        }
        AgentCell known = recipient != null ? recipient : recipient(sender, to, payload, cause);
        Object accepted = accepted(known, sender, payload, cause);
        leave(sender, known, Rights.carrying(write(sender, to, accepted, cause), lent));
    }

    /** Like {@link #sendFrom}, on any of the sender's own threads and whatever caused it. */
    void sendAs(AgentCell sender, Address to, Object payload, @Nullable Message cause) {
        AgentCell recipient = kernel.directory.find(to);
        if (recipient != null || !sendToSleeper(sender, to, payload, cause)) {
            AgentCell known = recipient != null ? recipient : recipient(sender, to, payload, cause);
            sendAs(sender, known, payload, cause);
        }
    }

    /** Sends to an agent that is known. */
    void sendAs(AgentCell sender, AgentCell recipient, Object payload, @Nullable Message cause) {
        Object accepted = recipient.spec.accepts().isEmpty() ? payload : accepted(recipient, sender, payload, cause);
        leave(sender, recipient, write(sender, recipient.address(), accepted, cause));
    }

    /** What a durable agent sends leaves when its turn is committed. */
    private void leave(AgentCell sender, AgentCell recipient, Message message) {
        if (sender.durable != null && sender.turnBuffer() != null) {
            kernel.inbox.buffer(sender, recipient, message);
        } else {
            deliver(recipient, message, message);
        }
    }

    /** {@return a message with a number of its own, caused by another if there is one} */
    Message write(Actor from, Address to, Object payload, @Nullable Message cause) {
        return write(ids.take(1) + 1, from, to, payload, cause);
    }

    private Message write(long id, Actor from, Address to, Object payload, @Nullable Message cause) {
        return write(id, new Envelope(from.address(), to, Taint.headers(from)), payload, cause);
    }

    /** What is on the outside of a message. */
    private record Envelope(Address from, Address to, Map<String, String> headers) {}

    private Message write(long id, Envelope envelope, Object payload, @Nullable Message cause) {
        requireValue(payload);
        long correlation = cause == null ? id : cause.correlation();
        long causation = cause == null ? id : cause.id();
        String type = payload.getClass().getName();
        return new Message(
                id,
                envelope.from,
                envelope.to,
                type,
                payload,
                correlation,
                causation,
                kernel.wallClock.now(),
                envelope.headers);
    }

    /**
     * Sends to whoever has the address now.
     *
     * @throws DeliveryException if nobody has, or it takes no such mail
     * @throws MailboxFullException if there is no room
     */
    void send(Actor from, Address to, Object payload, @Nullable Message cause) {
        if (kernel.directory.find(to) == null && sendToSleeper(from, to, payload, cause)) {
            return;
        }
        sendTo(recipient(from, to, payload, cause), from, to, payload, cause);
    }

    /** {@return who has the address; a dead letter and an exception if nobody has} */
    AgentCell recipient(Actor from, Address to, Object payload, @Nullable Message cause) {
        AgentCell cell = kernel.directory.find(to);
        if (cell != null) {
            return cell;
        }
        String problem = "no living agent has this address";
        dead(write(from, to, payload, cause), DeadLetter.Reason.UNKNOWN_RECIPIENT, problem);
        throw new DeliveryException(ErrorCode.UNDELIVERABLE, to, problem);
    }

    void sendTo(AgentCell recipient, Actor from, Address to, Object payload, @Nullable Message cause) {
        Object accepted = recipient.spec.accepts().isEmpty() ? payload : accepted(recipient, from, payload, cause);
        Message message = write(from, to, accepted, cause);
        deliver(recipient, message, message);
    }

    /**
     * Puts mail into a mailbox.
     *
     * @param mail the message, or the ask that carries it
     */
    void deliver(AgentCell recipient, Object mail, Message message) {
        if (recipient.durable != null) {
            kernel.inbox.deliver(recipient, mail, message);
            sent(recipient, message);
            return;
        }
        if (recipient.has(LifeCell.FENCED | LifeCell.STOP)) {
            refuse(recipient, message);
        }
        switch (recipient.offer(mail)) {
            case ACCEPTED -> sent(recipient, message);
            case DROPPED ->
                undelivered(mail, DeadLetter.Reason.MAILBOX_FULL, full(recipient) + " and drops the newest");
            case FULL, TIMED_OUT, INTERRUPTED ->
                throw new MailboxFullException(message.recipient(), recipient.spec.mailboxCapacity());
            case CLOSED -> refuse(recipient, message);
        }
    }

    /** {@return whether the address is that of an agent that lives in the store for now, which has the message in its inbox then} */
    private boolean sendToSleeper(Actor from, Address to, Object payload, @Nullable Message cause) {
        StoredRow.AgentRow asleep = kernel.dormant.find(to);
        if (asleep == null) {
            return false;
        }
        keep(from, asleep, write(from, to, payload, cause));
        return true;
    }

    private void keep(Actor from, StoredRow.AgentRow asleep, Message message) {
        AgentCell sender = Bearer.agentOf(from);
        TurnBuffer buffer = sender == null ? null : sender.turnBuffer();
        if (buffer != null) {
            kernel.inbox.buffer(buffer, asleep.id(), message);
        } else {
            kernel.inbox.keep(asleep.id(), message);
        }
    }

    /** Puts a message into a mailbox without waiting for room: what is not accepted is for the caller to give up. */
    Offered deliverNow(AgentCell recipient, Message message) {
        if (recipient.durable != null) {
            return kernel.inbox.deliverLater(recipient, message);
        }
        return recipient.has(LifeCell.FENCED | LifeCell.STOP) ? Offered.CLOSED : recipient.offerNow(message);
    }

    /** Like {@link #deliverNow(AgentCell, Message)}; what a durable agent sends leaves when its turn is committed. */
    Offered deliverNow(Actor by, AgentCell recipient, Message message) {
        AgentCell sender = Bearer.agentOf(by);
        TurnBuffer buffer = sender == null ? null : sender.turnBuffer();
        return buffer == null ? deliverNow(recipient, message) : kernel.inbox.bufferNow(buffer, recipient, message);
    }

    /** Keeps a message that is in a mailbox, if all are kept; may wait. What is for a durable agent is kept in its inbox. */
    void sent(AgentCell recipient, Message message) {
        if (record != null && !isInInbox(recipient)) {
            record.add(message);
        }
    }

    /** Like {@link #sent}, without waiting. */
    void left(AgentCell recipient, Message message) {
        if (record != null && !isInInbox(recipient)) {
            record.addNow(message, StoredRow.Stage.DONE);
        }
    }

    private boolean isInInbox(AgentCell recipient) {
        return recipient.durable != null && kernel.inbox.isKept();
    }

    /** Keeps an answer, which goes past the mailboxes, if all messages are kept; may wait. */
    void answered(Actor from, Message request, Object answer) {
        if (record != null) {
            record.add(write(from, request.sender(), answer, request));
        }
    }

    void refuse(AgentCell recipient, Message message) {
        String problem =
                "agent " + recipient.id + (recipient.hasEnded() ? " has ended" : " is ending and takes no mail");
        dead(message, DeadLetter.Reason.RECIPIENT_ENDED, problem);
        throw new DeliveryException(ErrorCode.UNDELIVERABLE, message.recipient(), problem);
    }

    /** Puts an agent's own timer message into its mailbox; on the timers' thread, so it never waits. */
    void remind(AgentCell cell, Object payload, Map<String, String> headers) {
        long id = ids.take(1) + 1;
        Message message = write(id, new Envelope(cell.address(), cell.address(), headers), payload, null);
        if (cell.has(LifeCell.FENCED | LifeCell.STOP)) {
            dead(message, DeadLetter.Reason.RECIPIENT_ENDED, "the agent is ending");
            return;
        }
        Offered offered;
        try {
            offered = deliverNow(cell, message);
        } catch (DeliveryException cannotBeStored) {
            dead(message, DeadLetter.Reason.PAYLOAD_REFUSED, String.valueOf(cannotBeStored.getMessage()));
            return;
        }
        if (offered == Offered.ACCEPTED) {
            left(cell, message);
        } else {
            var why = offered == Offered.CLOSED ? DeadLetter.Reason.RECIPIENT_ENDED : DeadLetter.Reason.MAILBOX_FULL;
            dead(
                    message,
                    why,
                    "a timer's message found the mailbox " + (offered == Offered.CLOSED ? "closed" : "full"));
        }
    }

    /**
     * Returns the payload as its recipient takes it: JSON becomes a record of a type that it accepts.
     *
     * @throws DeliveryException if it takes no such payload
     */
    Object accepted(AgentCell recipient, Actor from, Object payload, @Nullable Message cause) {
        Object fitting = fitting(recipient, payload);
        if (fitting != null) {
            return fitting;
        }
        String problem = "it accepts "
                + recipient.spec.accepts().stream().map(Class::getName).toList() + ", not a "
                + payload.getClass().getName() + (payload instanceof JsonValue ? " that fits none of them" : "");
        Address to = recipient.id.address();
        dead(write(from, to, payload, cause), DeadLetter.Reason.PAYLOAD_REFUSED, problem);
        throw new DeliveryException(ErrorCode.PAYLOAD_REFUSED, to, problem);
    }

    /** {@return the payload as its recipient takes it; null if it takes no such payload} */
    @Nullable
    Object fitting(AgentCell recipient, Object payload) {
        var types = recipient.spec.accepts();
        if (types.isEmpty()) {
            return payload;
        }
        for (Class<?> type : types) {
            if (type.isInstance(payload)) {
                return payload;
            }
        }
        Object value = payload instanceof StoredValue(var _, var restored) ? restored : payload;
        if (value instanceof JsonValue json) {
            for (Class<?> type : types) {
                Object converted = converted(json, type);
                if (converted != null) {
                    return converted;
                }
            }
        }
        return null;
    }

    private @Nullable Object converted(JsonValue json, Class<?> type) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                Object one = converted(json, permitted);
                if (one != null) {
                    return one;
                }
            }
            return null;
        }
        if (type.isInterface()) {
            return null;
        }
        try {
            return kernel.tools.json().fromJson(json, type);
        } catch (JsonException notThisOne) {
            return null;
        }
    }

    /** Gives mail up that was accepted and will not be handled: a dead letter, and an asker is told. */
    void undelivered(Object mail, DeadLetter.Reason reason, String detail) {
        giveUp(mail, reason, detail, null);
    }

    /** Like {@link #undelivered}, with what went wrong. */
    void giveUp(Object mail, DeadLetter.Reason reason, String detail, @Nullable Throwable cause) {
        if (mail instanceof TopicSubscription ticket) {
            ticket.giveUp(reason, detail);
            return;
        }
        if (mail instanceof PendingAsk ask) {
            ErrorCode code = switch (reason) {
                case MAILBOX_FULL -> ErrorCode.MAILBOX_FULL;
                case PAYLOAD_REFUSED -> ErrorCode.PAYLOAD_REFUSED;
                case UNKNOWN_RECIPIENT, RECIPIENT_ENDED -> ErrorCode.UNDELIVERABLE;
                case UNHANDLED, HANDLER_FAILED, LATE_REPLY -> ErrorCode.ASK_FAILED;
            };
            ask.fail(code, detail, cause);
        }
        Message message = Objects.requireNonNull(message(mail));
        dead(message, reason, detail);
        AgentCell recipient = kernel.directory.find(message.recipient());
        if (recipient != null && recipient.durable != null) {
            recipient.durable.dropped(message.id());
            kernel.inbox.mark(message, StoredRow.Stage.DEAD, 0);
        }
    }

    void dead(Message message, DeadLetter.Reason reason, String detail) {
        if (record != null) {
            record.addNow(message, StoredRow.Stage.DEAD); // if it is there already, it stays as it is
        }
        kernel.chronicle.dead(message, reason, kernel.directory.find(message.recipient()), detail);
    }
}
