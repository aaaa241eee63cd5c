package dev.agentos.runtime;

import dev.agentos.api.Limit;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Topics;
import dev.agentos.api.security.Action;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.schedule.Offered;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Carries what is published to whoever has subscribed. Thread-safe. */
final class TopicExchange {
    /** How many subscriptions an agent may have: each has a ring and a ticket. */
    static final int MOST = 1_000;

    private final Kernel kernel;
    private final TopicTable table = new TopicTable();

    TopicExchange(Kernel kernel) {
        this.kernel = kernel;
    }

    /** What all copies of a published message share. */
    private record Publication(
            Actor from, Object payload, @Nullable Message cause, Instant time, Map<String, String> headers) {
        Message to(Address recipient, Object accepted, long id) {
            long correlation = cause == null ? id : cause.correlation();
            long causation = cause == null ? id : cause.id();
            String type = accepted.getClass().getName();
            return new Message(id, from.address(), recipient, type, accepted, correlation, causation, time, headers);
        }
    }

    // ---- subscriptions

    /**
     * Subscribes an agent. Its own threads have crossed.
     *
     * @param by with which of its rights
     * @param ofInstance whether that ends with the instance
     * @throws dev.agentos.api.error.DeniedException if it may not
     */
    TopicSubscription subscribe(AgentCell cell, Actor by, String pattern, boolean ofInstance) {
        var action = new Action("topic", Topics.pattern(pattern), "subscribe", Map.of());
        var made = new TopicSubscription(cell, pattern, kernel.gate.stand(by, action), ofInstance);
        table.add(made);
        if (!keep(cell, made)) {
            table.remove(made);
            throw new AgentStopped("agent " + cell.id + " is ending and subscribes to nothing");
        }
        return made;
    }

    /** Notes it with the agent, whose end will end it. {@return false if the agent is ending} */
    private boolean keep(AgentCell cell, TopicSubscription made) {
        Details details = cell.details();
        cell.lock();
        try {
            if (cell.has(LifeCell.FENCED)) {
                return false;
            }
            Set<TopicSubscription> mine = details.subscriptions;
            if (mine == null) {
                mine = new LinkedHashSet<>(2);
                details.subscriptions = mine;
            }
            if (mine.size() < MOST) {
                return mine.add(made);
            }
        } finally {
            cell.unlock();
        }
        table.remove(made);
        throw new IllegalStateException("agent " + cell.id + " has " + MOST + " subscriptions, which is the most; '"
                + made.pattern() + "' is not one");
    }

    /** Subscribes a new agent to what its spec says. */
    void subscribeFromStart(AgentCell cell) {
        for (String pattern : cell.spec.subscriptions()) {
            var _ = subscribe(cell, cell, pattern, false);
        }
    }

    /** Takes a subscription back. */
    void end(TopicSubscription subscription) {
        table.remove(subscription);
        Details details = subscription.cell().details();
        subscription.cell().lock();
        try {
            if (details.subscriptions != null) {
                details.subscriptions.remove(subscription);
            }
        } finally {
            subscription.cell().unlock();
        }
        subscription.end();
    }

    /** Ends what the instance of a restarting agent has subscribed to. */
    void instanceEnded(AgentCell cell) {
        for (TopicSubscription each : subscriptions(cell)) {
            if (each.isOfInstance()) {
                end(each);
                each.giveUp(DeadLetter.Reason.RECIPIENT_ENDED, "the instance that had subscribed has ended");
            }
        }
    }

    /** Ends all subscriptions of an agent that has ended, whose mailbox is closed. */
    void ended(AgentCell cell) {
        for (TopicSubscription each : subscriptions(cell)) {
            end(each);
            each.giveUp(DeadLetter.Reason.RECIPIENT_ENDED, "agent " + cell.id + " has ended");
        }
    }

    private static List<TopicSubscription> subscriptions(AgentCell cell) {
        Details details = cell.detailsIfAny();
        if (details == null) {
            return List.of();
        }
        cell.lock();
        try {
            return details.subscriptions == null ? List.of() : List.copyOf(details.subscriptions);
        } finally {
            cell.unlock();
        }
    }

    // ---- publications

    /**
     * Publishes for an actor, on a thread of its own.
     *
     * @param cause the message that is being handled; null if there is none
     * @return how many agents were subscribed
     * @throws dev.agentos.api.error.DeniedException if it may not
     */
    int publish(Actor by, String topic, Object payload, @Nullable Message cause) {
        kernel.gate.allow(by, new Action("topic", Topics.name(topic), "publish", Map.of()));
        Post.requireValue(payload);
        TopicSubscription[] found = table.find(topic);
        if (found.length == 0) {
            return 0;
        }
        kernel.gate.use(by, Limit.MESSAGES, found.length);
        Map<String, String> headers = new HashMap<>(Taint.headers(by));
        headers.put(Message.TOPIC, topic);
        var publication = new Publication(by, payload, cause, kernel.wallClock.now(), Map.copyOf(headers));
        long id = kernel.post.takeIds(found.length);
        int subscribers = 0;
        for (TopicSubscription each : found) {
            if (deliver(by, publication, each, ++id)) {
                subscribers++;
            }
        }
        return subscribers;
    }

    private boolean deliver(Actor by, Publication publication, TopicSubscription subscription, long id) {
        switch (subscription.worth()) {
            case HOLDS -> {}
            case NOT_NOW -> {
                return false;
            }
            case LOST -> {
                end(subscription);
                return false;
            }
        }
        AgentCell cell = subscription.cell();
        Object accepted = publication.payload();
        if (!cell.spec.accepts().isEmpty()) {
            try {
                accepted = kernel.post.accepted(cell, publication.from(), accepted, publication.cause());
            } catch (DeliveryException refused) { // is a dead letter; what others get does not depend on it
                return true;
            }
        }
        Message message = publication.to(cell.address(), accepted, id);
        if (cell.durable != null) {
            return deliverDurably(by, cell, message);
        }
        AgentCell publisher = Bearer.agentOf(by);
        TurnBuffer buffer = publisher == null ? null : publisher.turnBuffer();
        if (buffer != null) {
            buffer.whenCommitted(() -> {
                if (subscription.offer(message)) {
                    kernel.post.left(cell, message);
                }
            });
            return true;
        }
        boolean queued = subscription.offer(message);
        if (queued) {
            kernel.post.sent(cell, message);
        }
        return queued;
    }

    /** What a durable agent is to handle lies in its inbox, which drops nothing. */
    private boolean deliverDurably(Actor by, AgentCell cell, Message message) {
        Offered offered;
        try {
            offered = kernel.post.deliverNow(by, cell, message);
        } catch (DeliveryException cannotBeStored) {
            kernel.post.dead(message, DeadLetter.Reason.PAYLOAD_REFUSED, String.valueOf(cannotBeStored.getMessage()));
            return true;
        }
        if (offered == Offered.ACCEPTED) {
            kernel.post.sent(cell, message);
        } else if (offered != Offered.CLOSED) {
            kernel.post.dead(message, DeadLetter.Reason.MAILBOX_FULL, Post.full(cell));
        }
        return offered != Offered.CLOSED;
    }
}
