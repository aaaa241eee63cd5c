package dev.agentos.runtime;

import dev.agentos.api.Registration;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.runtime.gate.Standing;
import dev.agentos.runtime.schedule.Offered;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One agent's wish for the messages of some topics, and the ticket in its mailbox that says that some are there. Thread-safe, but for
 * {@link #next}, which is the agent's.
 */
final class TopicSubscription implements Registration {
    /** A subscriber that drops a million messages a second is not told of a million times. */
    private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

    private final AgentCell cell;
    private final String pattern;
    private final Standing right;
    private final boolean ofInstance;
    private final TopicRing ring;

    /** Somebody will tell of what was dropped. */
    private final AtomicBoolean telling = new AtomicBoolean();
    /** When that may next be told, in nanoseconds of the runtime's time. Whoever tells. */
    private volatile long quietUntil;

    /** @param ofInstance whether it ends with the instance that made it; else with the agent */
    TopicSubscription(AgentCell cell, String pattern, Standing right, boolean ofInstance) {
        this.cell = cell;
        this.pattern = pattern;
        this.right = right;
        this.ofInstance = ofInstance;
        this.ring = new TopicRing(cell.spec.mailboxCapacity());
        this.quietUntil = cell.kernel.nanos();
    }

    AgentCell cell() {
        return cell;
    }

    String pattern() {
        return pattern;
    }

    boolean isOfInstance() {
        return ofInstance;
    }

    Standing.Worth worth() {
        return right.worth();
    }

    /** Queues a message and never waits. {@return false if the subscription has ended} */
    boolean offer(Message message) {
        switch (ring.push(message)) {
            case BEHIND -> {}
            case TICKET -> putTicket();
            case DROPPED -> dropped();
            case CLOSED -> {
                return false;
            }
        }
        return true;
    }

    /** {@return the message that this ticket stands for; null if there is none any more} By the agent's turn. */
    @Nullable
    Message next() {
        Message next = ring.take();
        if (ring.isTicketDue()) {
            putTicket();
        }
        return next;
    }

    /** A ticket needs no room: there is one of each subscription, and an agent has a limited number of these. */
    private void putTicket() {
        if (cell.offerExempt(this) == Offered.CLOSED) {
            giveUp(DeadLetter.Reason.RECIPIENT_ENDED, "agent " + cell.id + " has ended");
        }
    }

    /** Makes dead letters of what is left. */
    void giveUp(DeadLetter.Reason reason, String detail) {
        for (Message message : ring.drain()) {
            cell.kernel.post.dead(message, reason, detail);
        }
    }

    /** Lets nothing more in, and tells what there is still to tell. */
    void end() {
        ring.close();
        tell();
    }

    /** Ends it: the subscriber wants no more, not even what is queued. */
    @Override
    public void close() {
        cell.kernel.topics.end(this);
        var _ = ring.drain();
    }

    // ---- what was dropped

    private void dropped() {
        if (!telling.compareAndSet(false, true)) {
            return;
        }
        Kernel kernel = cell.kernel;
        long due = quietUntil;
        boolean later =
                due - kernel.nanos() > 0 && kernel.alarm(due, () -> kernel.callbacks.execute(this::tell)) != null;
        if (!later) {
            kernel.callbacks.execute(this::tell); // the store may make its writer wait, and a publisher never waits
        }
    }

    private void tell() {
        quietUntil = cell.kernel.nanos() + QUIET_NANOS;
        telling.set(false); // before the count: what is dropped from here on is counted now, or told of later
        long count = ring.takeDropped();
        if (count > 0) {
            cell.kernel.events.publish(cell.id, new SystemEvent.TopicOverflow(pattern, count));
        }
    }

    @Override
    public String toString() {
        return "subscription of " + cell.id + " to " + pattern;
    }
}
