package dev.agentos.runtime.gate;

import dev.agentos.api.security.Grant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The code that agents perform through the gate, on threads of their own, while it runs. Thread-safe. */
final class RunningCode {
    private final Set<CodeCrossing<?>> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong ids = new AtomicLong();

    void add(CodeCrossing<?> code) {
        running.add(code);
    }

    void remove(CodeCrossing<?> code) {
        running.remove(code);
    }

    /** {@return a name for one that runs, as whoever revokes its grant is told} */
    String newId() {
        return "perform-" + ids.incrementAndGet();
    }

    /** {@return the ids of those that a grant, or one derived from it, is behind} */
    List<String> restingOn(Grant grant) {
        return running.stream()
                .filter(code -> code.restsOn(grant))
                .map(CodeCrossing::id)
                .toList();
    }
}
