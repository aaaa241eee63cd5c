package dev.agentos.runtime;

import dev.agentos.api.message.Message;
import dev.agentos.runtime.gate.Actor;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/*
 * A turn is tainted once it was handed untrusted data, and everything that leaves it carries that on: messages of every kind in a
 * header, answers with the ask, children from their birth, memory and checkpoints with what they keep. The next message begins a clean
 * turn, unless it carries taint itself. What an instance keeps in its fields from one turn to the next is not followed: Java in this JVM is
 * trusted code.
 */
/** How taint travels with messages. */
final class Taint {
    /** Of the names of where it comes from: more are summed up. */
    private static final int MOST = 8;

    private static final String MORE = "more";

    private Taint() {}

    /** {@return the headers of a message that an actor sends now} */
    static Map<String, String> headers(Actor from) {
        Set<String> taint = from.taint();
        return taint.isEmpty() ? Map.of() : Map.of(Message.TAINT, String.join(",", taint));
    }

    /** {@return what a message carries; empty for most} */
    static Set<String> of(Message message) {
        String header = message.headers().get(Message.TAINT);
        return header == null ? Set.of() : Set.of(header.split(","));
    }

    /** {@return both, with an end to how many there can be} */
    static Set<String> union(Set<String> some, Set<String> others) {
        if (some.containsAll(others)) {
            return some;
        }
        var both = new TreeSet<>(some);
        both.addAll(others);
        while (both.size() > MOST) {
            both.add(MORE);
            both.remove(both.first().equals(MORE) ? both.higher(MORE) : both.first());
        }
        return Set.copyOf(both);
    }
}
