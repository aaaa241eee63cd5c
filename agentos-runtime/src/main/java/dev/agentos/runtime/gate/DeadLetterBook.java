package dev.agentos.runtime.gate;

import dev.agentos.api.AgentId;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.event.EventBus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages that nobody handled: kept, counted, and told of. Thread-safe. */
public final class DeadLetterBook {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterBook.class);

    private final Storage storage;
    private final EventBus events;

    /**
     * Opens the book.
     *
     * @param events over the same storage
     */
    public DeadLetterBook(Storage storage, EventBus events) {
        this.storage = storage;
        this.events = events;
    }

    /**
     * Keeps a message that nobody will handle.
     *
     * @param about the agent that did not handle it; null if there is none
     * @param detail what more there is to say; may be empty
     */
    public void bury(Message message, DeadLetter.Reason reason, @Nullable AgentId about, String detail) {
        var letter = new DeadLetter(0, events.time().now(), message, reason, Shortening.of(detail));
        storage.commit(List.of(new StoredRow.DeadLetterRow(letter)), Durability.BUFFERED)
                .whenComplete((rows, failure) -> {
                    if (failure != null) {
                        log.atError()
                                .addKeyValue("message", message.id())
                                .setCause(failure)
                                .log("a dead letter was lost");
                    } else if (rows.getFirst() instanceof StoredRow.DeadLetterRow(var numbered)) {
                        events.publish(about, new SystemEvent.DeadLettered(numbered), message.correlation());
                    }
                });
    }

    /** {@return those after a number, oldest first, at most so many} */
    public List<DeadLetter> find(long afterSequence, int most) {
        return storage.deadLetters().find(afterSequence, most);
    }

    /** {@return how many there have been} */
    public long count() {
        return storage.deadLetters().lastSequence();
    }
}
