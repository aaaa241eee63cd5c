package dev.agentos.api.message;

import java.util.List;

/**
 * The messages that a runtime keeps: those of durable agents, and all where {@code Builder.recordMessages()} was said.
 * Thread-safe.
 *
 * @since 0.2
 */
public interface Messages {
    /**
     * Returns a conversation: what is kept of the messages of one correlation, in causal order. No message comes before the
     * one that caused it; those that no cause orders come by their numbers.
     *
     * @param correlation id of the message that began it
     * @param most at most so many, the oldest; up to 10,000
     */
    List<Message> conversation(long correlation, int most);

    /** {@return messages that nobody handled, after a number, oldest first, at most so many} */
    List<DeadLetter> deadLetters(long afterSequence, int most);

    /**
     * Sends a dead letter again, to the address that it was sent to, under its old number and correlation; a durable
     * recipient that has handled it already drops it. The letter stays in the list, marked.
     *
     * @throws IllegalArgumentException if there is no such letter (any more)
     * @throws dev.agentos.api.error.DeliveryException if nobody takes it now either: it is a dead letter once more
     * @throws dev.agentos.api.error.DeniedException if the caller may not send there
     */
    void redeliver(long deadLetter);
}
