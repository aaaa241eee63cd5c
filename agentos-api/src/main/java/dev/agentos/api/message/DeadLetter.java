package dev.agentos.api.message;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message that nobody handled, and why.
 *
 * @param sequence counts dead letters from 1, without gaps
 * @param time when it was given up
 * @param redelivered when it was last sent again; null if it was not
 * @since 0.1
 */
public record DeadLetter(
        long sequence,
        Instant time,
        Message message,
        Reason reason,
        String detail,
        @Nullable Instant redelivered) {
    /** Why a message is dead. */
    public enum Reason {
        /** No agent has that address. */
        UNKNOWN_RECIPIENT,
        /** The recipient ended before it came to the message. */
        RECIPIENT_ENDED,
        /** The mailbox was full. */
        MAILBOX_FULL,
        /** The recipient does not accept payloads of this type. */
        PAYLOAD_REFUSED,
        /** The recipient said that it does not know what to do with it. */
        UNHANDLED,
        /** The recipient threw while it handled the message. */
        HANDLER_FAILED,
        /** The answer came after its ask had ended. */
        LATE_REPLY
    }

    /** Checks that nothing is missing. */
    public DeadLetter {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(detail, "detail");
    }

    /** Makes one that was not sent again. */
    public DeadLetter(long sequence, Instant time, Message message, Reason reason, String detail) {
        this(sequence, time, message, reason, detail, null);
    }
}
