package dev.agentos.runtime;

import dev.agentos.api.AgentSelector;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.schedule.Offered;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One payload to many: a message each, and nobody keeps the others waiting. Thread-safe. */
final class Broadcast {
    private final Kernel kernel;
    private final Actor by;
    private final Object payload;
    private final @Nullable Message cause;

    /**
     * Makes one; the actor has crossed.
     *
     * @param cause the message that is being handled; null if there is none
     */
    Broadcast(Kernel kernel, Actor by, Object payload, @Nullable Message cause) {
        this.kernel = kernel;
        this.by = by;
        this.payload = payload;
        this.cause = cause;
        Post.requireValue(payload);
    }

    /**
     * Sends to every living agent that is picked, itself excepted. One that may not be sent to is left out, which is recorded.
     *
     * @return how many have it in their mailbox
     * @throws dev.agentos.api.error.LimitExceededException if no more messages may be sent: those before have theirs
     */
    int to(AgentSelector picked) {
        Objects.requireNonNull(picked, "to");
        int accepted = 0;
        for (AgentCell cell : kernel.directory.living()) {
            boolean wanted = cell != by.self() && picked.matches(cell.address().path(), cell.spec.labels());
            if (wanted && isAllowed(cell.address()) && deliver(cell)) {
                accepted++;
            }
        }
        return accepted;
    }

    private boolean isAllowed(Address to) {
        try {
            kernel.gate.allowSend(by, to);
            return true;
        } catch (DeniedException recorded) {
            return false;
        }
    }

    private boolean deliver(AgentCell cell) {
        Object taken;
        try {
            taken = cell.spec.accepts().isEmpty() ? payload : kernel.post.accepted(cell, by, payload, cause);
        } catch (DeliveryException isDeadLetter) {
            return false;
        }
        Message message = kernel.post.write(by, cell.address(), taken, cause);
        Offered offered;
        try {
            offered = kernel.post.deliverNow(by, cell, message);
        } catch (DeliveryException cannotBeStored) {
            kernel.post.dead(message, DeadLetter.Reason.PAYLOAD_REFUSED, String.valueOf(cannotBeStored.getMessage()));
            return false;
        }
        switch (offered) {
            case ACCEPTED -> kernel.post.sent(cell, message);
            case CLOSED ->
                kernel.post.dead(
                        message,
                        DeadLetter.Reason.RECIPIENT_ENDED,
                        "agent " + cell.id + " is ending and takes no mail");
            case FULL, DROPPED, TIMED_OUT, INTERRUPTED ->
                kernel.post.dead(message, DeadLetter.Reason.MAILBOX_FULL, Post.full(cell));
        }
        return offered == Offered.ACCEPTED;
    }
}
