package dev.agentos.runtime;

import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Messages;
import dev.agentos.runtime.gate.Actor;
import java.time.Duration;
import java.util.List;

/** The messages that are kept, in the hands of the host or of whoever it acts for. Thread-safe. */
final class Correspondence implements Messages {
    private static final int MOST = 10_000;
    /** What was sent just before is to be found: how long that may take. */
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(10);

    private final Kernel kernel;
    private final Actor actor;

    Correspondence(Kernel kernel, Actor actor) {
        this.kernel = kernel;
        this.actor = actor;
    }

    @Override
    public List<Message> conversation(long correlation, int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("of a conversation 1 to " + MOST + " messages are read: " + most);
        }
        CorrespondenceRecord record = kernel.post.record();
        if (record != null) {
            record.flush(WRITTEN_WITHIN);
        }
        return CorrespondenceOrder.of(kernel.storage.messages().conversation(correlation, most));
    }

    @Override
    public List<DeadLetter> deadLetters(long afterSequence, int most) {
        return kernel.deadLetters.find(afterSequence, most);
    }

    @Override
    public void redeliver(long deadLetter) {
        kernel.requireNotClosed();
        List<DeadLetter> found = deadLetter < 1 ? List.of() : kernel.deadLetters.find(deadLetter - 1, 1);
        if (found.isEmpty() || found.getFirst().sequence() != deadLetter) {
            throw new IllegalArgumentException("there is no dead letter " + deadLetter + " (any more)");
        }
        new Redelivery(kernel, found.getFirst()).by(actor);
    }
}
