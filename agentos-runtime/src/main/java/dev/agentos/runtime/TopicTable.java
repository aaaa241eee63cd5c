package dev.agentos.runtime;

import dev.agentos.runtime.store.BargingLock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/*
 * A tree of segments. Whoever publishes walks down it without a lock, into the child of the segment's name and into that of the star, and
 * collects the groups where a pattern ends. A group hands out an array that nobody changes; who subscribes or ends only throws the array
 * away, and the next publication makes a new one: it visits every subscriber anyway, so a thousand agents that come one by one do not cost
 * a thousand copies.
 */

/** Who is subscribed to what. Thread-safe; finding takes no lock while nobody comes or goes. */
final class TopicTable {
    private static final TopicSubscription[] NOBODY = {};

    /** Whoever adds or removes. */
    private final BargingLock lock = new BargingLock();

    private final Node root = new Node();

    /** One segment of patterns. */
    private static final class Node {
        final Map<String, Node> children = new ConcurrentHashMap<>(2);
        /** Patterns that end here, and those that end here with {@code **}. */
        final Group exact = new Group();

        final Group deep = new Group();

        boolean isEmpty() {
            return children.isEmpty() && exact.members.isEmpty() && deep.members.isEmpty();
        }
    }

    /** Those who are subscribed to one pattern, in the order in which they came. */
    private static final class Group {
        /** Under the lock of the table. */
        final Set<TopicSubscription> members = new LinkedHashSet<>(2);
        /** One subscription of each agent among them; null: to be made. */
        volatile TopicSubscription @Nullable [] each = NOBODY;
    }

    void add(TopicSubscription subscription) {
        lock.lock();
        try {
            Node node = root;
            for (String segment : segments(subscription)) {
                node = node.children.computeIfAbsent(segment, name -> new Node());
            }
            Group group = isDeep(subscription) ? node.deep : node.exact;
            group.members.add(subscription);
            group.each = null;
        } finally {
            lock.unlock();
        }
    }

    void remove(TopicSubscription subscription) {
        List<String> segments = segments(subscription);
        lock.lock();
        try {
            remove(root, segments, 0, subscription);
        } finally {
            lock.unlock();
        }
    }

    private static void remove(Node node, List<String> segments, int depth, TopicSubscription subscription) {
        if (depth == segments.size()) {
            Group group = isDeep(subscription) ? node.deep : node.exact;
            if (group.members.remove(subscription)) {
                group.each = null;
            }
            return;
        }
        String segment = segments.get(depth);
        Node child = node.children.get(segment);
        if (child != null) {
            remove(child, segments, depth + 1, subscription);
            if (child.isEmpty()) {
                node.children.remove(segment);
            }
        }
    }

    private static boolean isDeep(TopicSubscription subscription) {
        return subscription.pattern().endsWith("**");
    }

    private static List<String> segments(TopicSubscription subscription) {
        String pattern = subscription.pattern();
        if (pattern.equals("**")) {
            return List.of();
        }
        return List.of((isDeep(subscription) ? pattern.substring(0, pattern.length() - 3) : pattern).split("\\."));
    }

    /**
     * Returns a subscription of each agent that wants a topic: the first of an exact name, else the first of the patterns.
     *
     * @return not to be changed
     */
    TopicSubscription[] find(String topic) {
        var found = new Found();
        collect(root, topic, 0, found);
        return found.subscriptions();
    }

    private void collect(Node node, String topic, int from, Found found) {
        if (from > topic.length()) {
            found.add(each(node.exact));
            found.add(each(node.deep));
            return;
        }
        if (!node.children.isEmpty()) {
            int dot = topic.indexOf('.', from);
            int end = dot < 0 ? topic.length() : dot;
            Node named = node.children.get(topic.substring(from, end));
            if (named != null) {
                collect(named, topic, end + 1, found);
            }
            Node any = node.children.get("*");
            if (any != null) {
                collect(any, topic, end + 1, found);
            }
        }
        found.add(each(node.deep));
    }

    private TopicSubscription[] each(Group group) {
        TopicSubscription[] known = group.each;
        return known != null ? known : remake(group);
    }

    private TopicSubscription[] remake(Group group) {
        lock.lock();
        try {
            TopicSubscription[] made = oneOfEach(group.members);
            group.each = made;
            return made;
        } finally {
            lock.unlock();
        }
    }

    private static TopicSubscription[] oneOfEach(Iterable<TopicSubscription> all) {
        var agents = new HashSet<AgentCell>();
        var each = new ArrayList<TopicSubscription>();
        for (TopicSubscription one : all) {
            if (agents.add(one.cell())) {
                each.add(one);
            }
        }
        return each.toArray(NOBODY);
    }

    /** What a walk has come by: mostly one group, whose array is then the answer. */
    private static final class Found {
        private TopicSubscription[] first = NOBODY;
        private @Nullable List<TopicSubscription> all;

        void add(TopicSubscription[] group) {
            if (group.length == 0) {
                return;
            }
            if (first.length == 0) {
                first = group;
                return;
            }
            List<TopicSubscription> more = all;
            if (more == null) {
                more = new ArrayList<>(List.of(first));
                all = more;
            }
            more.addAll(List.of(group));
        }

        TopicSubscription[] subscriptions() {
            return all == null ? first : oneOfEach(Objects.requireNonNull(all));
        }
    }
}
