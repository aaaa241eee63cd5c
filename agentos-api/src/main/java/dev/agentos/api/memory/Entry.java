package dev.agentos.api.memory;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that is remembered.
 *
 * @param id the same wherever it is exported to
 * @param time when it was so
 * @param remembered when it came into this memory
 * @param expires when it is hidden; null for never
 * @param ended when it was superseded or forgotten: views of an earlier time still show it; null while it holds
 * @param supersedes the entry that it took the place of; null for none
 * @since 0.2
 */
public record Entry(
        UUID id,
        String namespace,
        MemoryKind kind,
        String text,
        Map<String, String> metadata,
        double importance,
        String surroundings,
        Instant time,
        Instant remembered,
        @Nullable Instant expires,
        @Nullable Instant ended,
        @Nullable UUID supersedes) {
    /** Copies the metadata. */
    public Entry {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(surroundings, "surroundings");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(remembered, "remembered");
        metadata = Map.copyOf(metadata);
    }

    /** {@return whether it held, and was not hidden, at a time} */
    public boolean holdsAt(Instant moment) {
        return !remembered.isAfter(moment)
                && (ended == null || ended.isAfter(moment))
                && (expires == null || expires.isAfter(moment));
    }
}
