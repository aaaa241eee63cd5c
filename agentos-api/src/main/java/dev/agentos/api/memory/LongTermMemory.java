package dev.agentos.api.memory;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a namespace remembers: texts with what is known of them, found by words, by meaning, or both.
 *
 * @since 0.2
 */
public interface LongTermMemory {
    /**
     * Remembers a text with every default.
     *
     * @return its id
     */
    default UUID remember(String text) {
        return remember(Note.of(text));
    }

    /**
     * Remembers a note; it is found as soon as this returns. If the embedder fails or does not answer in 30 seconds, the text
     * is remembered without its meaning, and found by its words. A note has at most 1 MiB in all.
     *
     * @return its id
     */
    UUID remember(Note note);

    /**
     * Remembers several notes in one commit: all or none; at most 10,000, of 64 MiB together.
     *
     * @return their ids, in order
     */
    List<UUID> rememberAll(List<Note> notes);

    /** Finds what fits best, best first. */
    default List<Hit> recall(String text, int limit) {
        return recall(Recall.of(text, limit));
    }

    /**
     * Finds what fits best, best first.
     *
     * @throws dev.agentos.api.error.DeniedException if one of the namespaces may not be read: nothing is searched then
     * @throws IllegalStateException if it asks for meaning and the runtime has no embedder
     */
    List<Hit> recall(Recall question);

    /** {@return the entry of that id, one that has ended included; empty if it is not in this namespace, or deleted} */
    Optional<Entry> get(UUID id);

    /** {@return entries that hold now, oldest first, after the one of that id (null: from the first), at most so many} */
    List<Entry> list(@Nullable UUID after, int most);

    /** {@return how many entries hold now} */
    long size();

    /**
     * Puts another note in the place of an entry, which ends now and stays visible to views of earlier times.
     *
     * @return the id of the new entry
     * @throws IllegalArgumentException if the entry is not in this namespace, or has ended
     */
    UUID update(UUID id, Note note);

    /**
     * Ends an entry: searches do not find it any more, views of earlier times do.
     *
     * @return whether it held
     */
    boolean forget(UUID id);

    /**
     * Deletes an entry for good, its text, its vector and its words in the index.
     *
     * @return whether there was one
     */
    boolean purge(UUID id);

    /**
     * Deletes everything that ended or expired before this time, for good.
     *
     * @return how many entries
     */
    int purgeEndedBefore(Instant moment);

    /**
     * Copies an entry into another namespace; needs {@code share} here and {@code write} there.
     *
     * @return the id of the copy
     * @throws IllegalArgumentException if the entry is not in this namespace, or has ended
     */
    UUID share(UUID id, String namespace);

    /**
     * Writes every entry that holds now as JSON Lines in UTF-8, oldest first. Does not close the stream.
     *
     * @return how many
     * @throws java.io.UncheckedIOException if the stream cannot be written
     */
    long export(OutputStream out);

    /**
     * Remembers what {@link #export} wrote, all or nothing, under the ids that it had; what is there already is left alone.
     * Does not close the stream. At most 100,000 entries, of 64 MiB together.
     *
     * @return how many are new
     * @throws dev.agentos.api.error.JsonException naming the line that cannot be read
     * @throws java.io.UncheckedIOException if the stream cannot be read
     */
    long importFrom(InputStream in);
}
