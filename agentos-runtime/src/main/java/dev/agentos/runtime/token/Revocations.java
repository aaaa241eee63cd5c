package dev.agentos.runtime.token;

import dev.agentos.api.json.JsonValue;
import dev.agentos.runtime.schedule.SteadyClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The ids of blocks that are worth nothing any more. Thread-safe. */
final class Revocations {
    private final TokenBook book;
    private final SteadyClock clock;
    private final Map<String, Instant> ids = new ConcurrentHashMap<>();

    Revocations(TokenBook book, SteadyClock clock) {
        this.book = book;
        this.clock = clock;
        book.all(TokenBook.REVOKED).forEach((id, until) -> ids.put(id, Instant.parse(until.text())));
    }

    /** Adds an id; in the store when it returns. */
    void add(String id, Instant until) {
        forgetExpired();
        Instant end = ids.merge(id, until, (one, other) -> one.isAfter(other) ? one : other);
        book.put(TokenBook.REVOKED, id, JsonValue.of(end.toString()), end);
    }

    /** {@return the first of these that was revoked; null if none was} */
    @Nullable
    String firstOf(List<String> blocks) {
        for (String id : blocks) {
            if (ids.containsKey(id)) {
                return id;
            }
        }
        return null;
    }

    private void forgetExpired() {
        Instant now = clock.counted();
        ids.values().removeIf(until -> !until.isAfter(now));
    }

    /** {@return those whose tokens have not expired} */
    Set<String> current() {
        forgetExpired();
        return new TreeSet<>(ids.keySet());
    }
}
