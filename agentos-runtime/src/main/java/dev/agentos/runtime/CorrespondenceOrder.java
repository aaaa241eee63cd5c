package dev.agentos.runtime;

import dev.agentos.api.message.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Brings messages into causal order. Numbers alone do not: agents take theirs in blocks, so an answer may have a lower number than its
 * question.
 */
final class CorrespondenceOrder {
    private CorrespondenceOrder() {}

    /**
     * Returns the messages so that none comes before the one that caused it; what causes leave open is ordered by number. One whose cause
     * is not among them comes as if it had none.
     *
     * @param messages with different numbers
     */
    static List<Message> of(List<Message> messages) {
        var byId = new HashMap<Long, Message>();
        messages.forEach(message -> byId.put(message.id(), message));
        Map<Long, List<Message>> effects = new HashMap<>();
        var ready = new PriorityQueue<Message>(Comparator.comparingLong(Message::id));
        for (Message message : messages) {
            if (message.causation() != message.id() && byId.containsKey(message.causation())) {
                effects.computeIfAbsent(message.causation(), cause -> new ArrayList<>())
                        .add(message);
            } else {
                ready.add(message);
            }
        }
        var ordered = new ArrayList<Message>(messages.size());
        for (Message next = ready.poll(); next != null; next = ready.poll()) {
            ordered.add(next);
            ready.addAll(effects.getOrDefault(next.id(), List.of()));
        }
        return ordered;
    }
}
