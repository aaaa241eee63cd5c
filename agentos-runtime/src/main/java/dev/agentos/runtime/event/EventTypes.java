package dev.agentos.runtime.event;

import dev.agentos.api.event.SystemEvent;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of events that agents and hosts state: dotted, and never one that reads as if the system had stated it. */
public final class EventTypes {
    /** First names of the system's own, the future ones included. */
    private static final Set<String> OF_THE_SYSTEM = Set.of(
            "action",
            "agent",
            "approval",
            "audit",
            "events",
            "journal",
            "limit",
            "memory",
            "message",
            "sandbox",
            "security",
            "storage",
            "system",
            "tool");

    private static final int LONGEST = 256;
    private static final Pattern DOTTED = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private EventTypes() {}

    /**
     * Returns the name of a record's class, dotted.
     *
     * @throws IllegalArgumentException if it is a fact of the system's, or reads like one
     */
    public static String of(Record event) {
        return check(event.getClass().getName().replaceAll("[$/]", "."), event);
    }

    /**
     * Checks a name that somebody chose for a fact, and returns it.
     *
     * @throws IllegalArgumentException if it is no dotted name, or begins as those of the system do, or the fact is the system's
     */
    public static String check(String type, Record event) {
        if (event instanceof SystemEvent) {
            throw new IllegalArgumentException("only the system states a "
                    + event.getClass().getSimpleName() + "; an agent emits records of its own");
        }
        if (type.length() > LONGEST || !DOTTED.matcher(type).matches()) {
            throw new IllegalArgumentException(
                    "the type of an event is names with dots between them, as in trade.filled, at most " + LONGEST
                            + " characters: '" + type + "'");
        }
        int dot = type.indexOf('.');
        String first = dot < 0 ? type : type.substring(0, dot);
        if (OF_THE_SYSTEM.contains(first)) {
            throw new IllegalArgumentException(
                    "events that begin with '" + first + "' are the system's: choose another name for '" + type + "'");
        }
        return type;
    }
}
