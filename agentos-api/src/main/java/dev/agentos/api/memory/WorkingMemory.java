package dev.agentos.api.memory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Typed values by key, for one session of a namespace. A value is a record, or what JSON can say (text, numbers, booleans,
 * lists and maps of these): it is stored as JSON, of at most 1 MiB. Keys have 1 to 256 printable characters. Changes of a
 * durable agent are kept when its turn ends, all or none, and the turn sees its own.
 *
 * @since 0.2
 */
public interface WorkingMemory {
    /** The version of a key that has no value. */
    long ABSENT = 0;

    /**
     * Returns the value of a key.
     *
     * @throws dev.agentos.api.error.JsonException if the value is none of that type
     */
    <T> Optional<T> get(String key, Class<T> type);

    /** {@return the version of a key, which every change raises; {@link #ABSENT} if it has no value} */
    long version(String key);

    /**
     * Puts a value, whatever was there.
     *
     * @return its version
     */
    long put(String key, Object value);

    /**
     * Puts a value that is gone after this time, by the runtime's clock.
     *
     * @return its version
     */
    long put(String key, Object value, Duration timeToLive);

    /**
     * Puts a value if nobody has changed the key since; {@link #ABSENT} for a key that should have none.
     *
     * @return its version, or empty if the key has another version by now, and nothing was changed
     */
    Optional<Long> putIfVersion(String key, Object value, long version);

    /**
     * Removes a key.
     *
     * @return whether there was one
     */
    boolean remove(String key);

    /** {@return the keys that have a value, in order} */
    List<String> keys();
}
