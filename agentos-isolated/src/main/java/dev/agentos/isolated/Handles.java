package dev.agentos.isolated;

import dev.agentos.api.Registration;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Grant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * Numbers count up from 1 and are never used again. So one that was never given is told from one that was forgotten: the first is
 * made up, and ends the process; the second is an agent's own long memory.
 */
/** What a process was given numbers for, since objects do not cross. Used by the thread of its agent. */
final class Handles {
    /** Beyond that, the oldest are forgotten: to answer a message then is refused. */
    static final int MOST_MESSAGES = 4_096;

    /** Beyond that, those that have ended are forgotten. */
    private static final int MANY_GRANTS = 1_024;

    /** Beyond that, the oldest are forgotten, and can only fire: the most timers that an agent may have set anyway. */
    static final int MOST_TIMERS = 100_000;

    private final Map<Long, Grant> grants = new HashMap<>();
    private final Map<Grant, Long> numbersOfGrants = new HashMap<>();
    /** What goes on until it is closed; the runtime bounds it. */
    private final Map<Long, Registration> lasting = new HashMap<>();
    /** What fires once, of which nobody says when it has. */
    private final Map<Long, Registration> once = new LinkedHashMap<>();

    private final Map<Long, Message> messages = new LinkedHashMap<>();
    private int lookAgainAt = MANY_GRANTS;
    private long lastGrant;
    private long lastRegistration;
    private long lastMessage;

    long of(Grant grant) {
        Long known = numbersOfGrants.get(grant);
        if (known != null) {
            return known;
        }
        if (grants.size() >= lookAgainAt) {
            grants.values().removeIf(Handles::hasEnded);
            numbersOfGrants.keySet().removeIf(Handles::hasEnded);
            lookAgainAt = Math.max(MANY_GRANTS, 2 * grants.size());
        }
        long number = ++lastGrant;
        grants.put(number, grant);
        numbersOfGrants.put(grant, number);
        return number;
    }

    private static boolean hasEnded(Grant grant) {
        return grant.revoked() || grant.expired();
    }

    List<Grant> grants(List<Long> numbers) {
        return numbers.stream().map(this::grant).toList();
    }

    Grant grant(long number) {
        return found(grants.get(number), number, lastGrant, "grant");
    }

    long ofLasting(Registration registration) {
        lasting.put(++lastRegistration, registration);
        return lastRegistration;
    }

    long ofOnce(Registration registration) {
        forgetOldest(once, MOST_TIMERS);
        once.put(++lastRegistration, registration);
        return lastRegistration;
    }

    private static void forgetOldest(Map<Long, ?> map, int most) {
        if (map.size() >= most) {
            var oldest = map.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    void close(long number) {
        if (number < 1 || number > lastRegistration) {
            throw forged("registration", number);
        }
        Registration kept = once.remove(number);
        Registration registration = kept != null ? kept : lasting.remove(number);
        if (registration != null) {
            registration.close();
        }
    }

    long of(Message message) {
        forgetOldest(messages, MOST_MESSAGES);
        messages.put(++lastMessage, message);
        return lastMessage;
    }

    Message message(long number) {
        return found(messages.get(number), number, lastMessage, "message");
    }

    private static <T> T found(@org.jspecify.annotations.Nullable T found, long number, long last, String kind) {
        if (found != null) {
            return found;
        }
        if (number < 1 || number > last) {
            throw forged(kind, number);
        }
        throw new IllegalArgumentException("the " + kind + " has ended, or is too long ago");
    }

    private static Violation forged(String kind, long number) {
        return new Violation("a " + kind + " that it was not given: " + number);
    }
}
