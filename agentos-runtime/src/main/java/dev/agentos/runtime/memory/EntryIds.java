package dev.agentos.runtime.memory;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gives entries their ids. Thread-safe. */
final class EntryIds {
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000000000000000L;

    private final SecureRandom random = new SecureRandom();

    /**
     * {@return an id that nobody can guess and that begins with the time (RFC 9562, version 7); within a turn that may run again, one
     * that its step has each time}
     */
    UUID next(Instant now, @Nullable Turn turn) {
        if (turn != null) {
            return UUID.nameUUIDFromBytes(turn.step().getBytes(StandardCharsets.UTF_8));
        }
        long bits = random.nextLong();
        return new UUID((now.toEpochMilli() << 16) | VERSION_7 | (bits & 0xFFF), VARIANT | (random.nextLong() >>> 2));
    }
}
