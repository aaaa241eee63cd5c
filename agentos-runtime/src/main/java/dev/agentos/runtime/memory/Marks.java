package dev.agentos.runtime.memory;

import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow.WorkingRow;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/*
 * A mark is a row of the working memory of the namespace itself, in a session that nobody else can name, so it lives and dies with what
 * it marks. It is written before the line, and for good: what is lost in between errs towards taint. Keys of working memory and entries
 * need none: they carry their taint themselves.
 */
/** Remembers which conversations hold what strangers wrote. Thread-safe. */
final class Marks {
    /** The session of the marks. */
    static final String SESSION = "agentos-taint";

    /** Of how many namespaces the marks are kept at hand. */
    private static final int MOST = 10_000;

    private final MemoryDesk desk;
    private final Map<String, Map<String, Set<String>>> known = new ConcurrentHashMap<>();

    Marks(MemoryDesk desk) {
        this.desk = desk;
    }

    /** Marks a conversation to which a tainted turn is about to add. */
    void adding(Access access, String conversation) {
        Set<String> taint = access.actor().taint();
        if (taint.isEmpty()) {
            return;
        }
        Set<String> before = of(access).getOrDefault(conversation, Set.of());
        if (!before.containsAll(taint)) {
            var both = new TreeSet<>(before);
            both.addAll(taint);
            commit(access, conversation, String.join(",", both));
            of(access).put(conversation, Set.copyOf(both)); // by now it may be another map
        }
    }

    /** Taints the turn of whoever reads a conversation. */
    void seen(Access access, String conversation) {
        if (desk.surroundings().followsTaint()) {
            access.actor().tainted(of(access).getOrDefault(conversation, Set.of()));
        }
    }

    private Map<String, Set<String>> of(Access access) {
        String stored = access.stored();
        Map<String, Set<String>> here = known.get(stored);
        if (here != null) {
            return here;
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        Map<String, Set<String>> read = new ConcurrentHashMap<>();
        access.ask(() -> access.storage().working().all(stored, SESSION, access.now()))
                .forEach(row -> read.put(row.key(), sources(row.value())));
        Map<String, Set<String>> other = known.putIfAbsent(stored, read);
        return other == null ? read : other;
    }

    private static Set<String> sources(@Nullable JsonValue value) {
        return value instanceof JsonString(var text) ? Set.of(text.split(",")) : Set.of("unknown");
    }

    private void commit(Access access, String conversation, String taint) {
        var row = new WorkingRow(
                access.stored(), SESSION, conversation, new JsonString(taint), WorkingRow.ANY, access.now(), null);
        desk.waits().commit(access.actor(), List.of(row), Durability.BUFFERED);
    }
}
