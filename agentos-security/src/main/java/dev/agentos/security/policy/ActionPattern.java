package dev.agentos.security.policy;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Topics;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Constraint;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The actions that a rule is about. What allows matches as a grant covers. What forbids or asks matches already if an
 * argument that it names is missing, if one element of a list fits, if a pattern of topics has one of its topics in it, or a
 * tree of files one of its files.
 */
record ActionPattern(Capability scope, Map<String, List<Capability>> conditions, boolean inDoubt) {
    private static final String CONNECT = "connect";
    private static final String TREE = "/**";
    private static final String PROGRAM = "program";
    private static final String ARGV0 = "argv0";

    static ActionPattern of(Capability pattern, boolean inDoubt) {
        Capability scope = Capability.of(pattern.resource(), pattern.verbs().toArray(String[]::new));
        var conditions = new HashMap<String, List<Capability>>();
        for (Constraint constraint : pattern.constraints()) {
            var one = List.of(scope.where(constraint.toString()));
            conditions.merge(constraint.key(), one, ActionPattern::joined);
        }
        return new ActionPattern(scope, Map.copyOf(conditions), inDoubt);
    }

    private static List<Capability> joined(List<Capability> some, List<Capability> others) {
        return java.util.stream.Stream.concat(some.stream(), others.stream()).toList();
    }

    boolean matches(Action action) {
        return isInScope(action)
                && conditions.entrySet().stream()
                        .allMatch(condition -> meets(action, condition.getKey(), condition.getValue()));
    }

    /**
     * Whether it is about a right to the network of a process. What forbids or asks is if it is about any of those hosts: a tunnel hides
     * methods and paths.
     */
    boolean matches(Capability right) {
        Capability plain = Capability.of(right.resource(), right.verbs().toArray(String[]::new));
        if (!inDoubt) {
            return conditions.isEmpty() && plain.isWithin(scope);
        }
        return scope.type().equals(right.type())
                && (right.verbs().contains(CONNECT) || !Collections.disjoint(scope.verbs(), right.verbs()))
                && HostScope.of(scope).overlaps(HostScope.of(right));
    }

    private boolean isInScope(Action action) {
        if (scope.covers(action)) {
            return true;
        }
        if (!inDoubt || !scope.type().equals(action.type()) || !scope.verbs().contains(action.verb())) {
            return false;
        }
        return switch (action.type()) {
            case "topic" ->
                Topics.isPattern(action.resource())
                        && overlap(scope.resource().substring("topic:".length()), action.resource());
            case "file" -> action.resource().endsWith(TREE) && reachesInto(action.resource());
            default -> false;
        };
    }

    /** Whether a tree of files could have one in it that this is about. */
    private boolean reachesInto(String tree) {
        String folder = tree.substring(0, tree.length() - TREE.length());
        String base = scope.base();
        return base.equals(folder)
                || base.startsWith(folder + "/")
                || !scope.isExact() && (folder + "/").startsWith(base);
    }

    /** Whether there can be a topic that both patterns pick. */
    static boolean overlap(String one, String other) {
        String[] mine = one.split("\\.", -1);
        String[] theirs = other.split("\\.", -1);
        for (int i = 0; ; i++) {
            boolean mineEnd = i == mine.length;
            boolean theirsEnd = i == theirs.length;
            // A trailing ** also picks its base.
            if (!mineEnd && mine[i].equals("**") || !theirsEnd && theirs[i].equals("**")) {
                return true;
            }
            if (mineEnd || theirsEnd) {
                return mineEnd && theirsEnd;
            }
            if (!segmentsOverlap(mine[i], theirs[i])) {
                return false;
            }
        }
    }

    /** In a capability, a star may end a segment: {@code btc-*}. */
    private static boolean segmentsOverlap(String one, String other) {
        boolean oneOpen = one.endsWith("*");
        boolean otherOpen = other.endsWith("*");
        String first = oneOpen ? one.substring(0, one.length() - 1) : one;
        String second = otherOpen ? other.substring(0, other.length() - 1) : other;
        return oneOpen && second.startsWith(first)
                || otherOpen && first.startsWith(second)
                || !oneOpen && !otherOpen && first.equals(second);
    }

    private boolean meets(Action action, String key, List<Capability> all) {
        if (inDoubt && !action.attributes().containsKey(key)) {
            return true;
        }
        JsonValue value = action.attributes().get(key);
        if (inDoubt && value instanceof JsonArray(var elements)) {
            return elements.isEmpty() || elements.stream().anyMatch(element -> covered(action.with(key, element), all));
        }
        return covered(action, all);
    }

    private boolean covered(Action action, List<Capability> all) {
        Action seen = inDoubt ? named(action) : action;
        return all.stream().allMatch(capability -> capability.covers(seen));
    }

    /** A program that is called by its path has a name as well: a rule about the name is about it. */
    private static Action named(Action action) {
        String path = action.text(ARGV0);
        return path.isEmpty() || action.attributes().containsKey(PROGRAM)
                ? action
                : action.with(PROGRAM, path.substring(path.lastIndexOf('/') + 1));
    }
}
