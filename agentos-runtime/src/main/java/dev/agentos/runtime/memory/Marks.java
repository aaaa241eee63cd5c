package dev.agentos.runtime.memory;

import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow.WorkingRow;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * A mark is a row of the working memory of the namespace itself, in a session that nobody else can name, so it lives and dies with what
 * it marks. It is written before the value and taken away after it: what is lost in between errs towards taint. Entries need none: they
 * have metadata.
 */
/** Remembers which memories hold what strangers wrote. Thread-safe. */
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

    /** Writes a part of a namespace with the mark that it deserves. */
    <T> T writing(Access access, String part, Supplier<T> effect) {
        Set<String> taint = access.actor().taint();
        if (!taint.isEmpty()) {
            put(access, part, taint);
            return effect.get();
        }
        T result = effect.get();
        Map<String, Set<String>> here = known.get(access.stored());
        if (here != null && here.containsKey(part)) {
            commit(access, part, null);
            here.remove(part);
        }
        return result;
    }

    /** Adds to a part of a namespace, whose mark stays. */
    <T> T adding(Access access, String part, Supplier<T> effect) {
        if (!access.actor().taint().isEmpty()) {
            put(access, part, access.actor().taint());
        }
        return effect.get();
    }

    private void put(Access access, String part, Set<String> taint) {
        Map<String, Set<String>> here = of(access);
        Set<String> before = here.getOrDefault(part, Set.of());
        if (!before.containsAll(taint)) {
            commit(access, part, String.join(",", taint));
            here.put(part, taint);
        }
    }

    /** Taints the turn of whoever reads a part of a namespace. */
    void seen(Access access, String part) {
        if (desk.surroundings().followsTaint()) {
            access.actor().tainted(of(access).getOrDefault(part, Set.of()));
        }
    }

    /** Taints the turn of whoever reads all parts of a namespace whose names begin so. */
    void seenAll(Access access, String beginning) {
        if (desk.surroundings().followsTaint()) {
            of(access).forEach((part, taint) -> {
                if (part.startsWith(beginning)) {
                    access.actor().tainted(taint);
                }
            });
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

    private void commit(Access access, String part, @Nullable String taint) {
        JsonValue value = taint == null ? null : new JsonString(taint);
        var row = new WorkingRow(access.stored(), SESSION, part, value, WorkingRow.ANY, access.now(), null);
        desk.waits().commit(access.actor(), List.of(row), Durability.BUFFERED);
    }
}
