package dev.agentos.api.message;

import dev.agentos.api.error.UnhandledMessageException;
import dev.agentos.api.security.Grant;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What one agent says to another. Immutable, and its payload has to be: use records.
 *
 * @param id counts up within one runtime; no two messages share it
 * @param sender who sent it; starts with {@code @} if that was no agent
 * @param recipient whom it was sent to
 * @param type name of what it carries: the payload's class, unless it came from outside
 * @param payload the value
 * @param correlation id of the message that began the conversation; its own if it began one
 * @param causation id of the message whose handling sent this one; its own if there was none
 * @param time when it was sent, read from a coarse clock
 * @param headers what intermediaries added; empty for most
 * @param grants what the sender lends the recipient with it, which works through {@code ctx.with(grant)} only; empty for
 *     most
 * @since 0.1
 */
public record Message(
        long id,
        Address sender,
        Address recipient,
        String type,
        Object payload,
        long correlation,
        long causation,
        Instant time,
        Map<String, String> headers,
        List<Grant> grants) {
    /** The header that says where untrusted data came from that its sender had seen, separated by commas. */
    public static final String TAINT = "taint";

    /** The header with the topic of a message that was published. */
    public static final String TOPIC = "topic";

    /** The header with the numbers of the {@link #grants}, as it is stored: a grant is an object and is never written down. */
    public static final String GRANTS = "grants";

    /** Makes a message that lends nothing. */
    public Message(
            long id,
            Address sender,
            Address recipient,
            String type,
            Object payload,
            long correlation,
            long causation,
            Instant time,
            Map<String, String> headers) {
        this(id, sender, recipient, type, payload, correlation, causation, time, headers, List.of());
    }

    /** Checks that nothing is missing. */
    public Message {
        Objects.requireNonNull(sender, "sender");
        Objects.requireNonNull(recipient, "recipient");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(time, "time");
        headers = Map.copyOf(headers);
        grants = List.copyOf(grants);
    }

    /** {@return the same message with other grants} */
    public Message lending(List<Grant> lent) {
        return new Message(id, sender, recipient, type, payload, correlation, causation, time, headers, lent);
    }

    /**
     * Returns the payload as a type. With a sealed type the caller's {@code switch} needs no {@code default}.
     *
     * @throws UnhandledMessageException if the payload is of another type
     */
    public <T> T payload(Class<T> expected) {
        if (!expected.isInstance(payload)) {
            throw new UnhandledMessageException(this, expected);
        }
        return expected.cast(payload);
    }
}
