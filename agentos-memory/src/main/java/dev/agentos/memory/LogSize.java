package dev.agentos.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks whether the write-ahead log comes back to its size. It cannot as long as somebody reads what was there before: SQLite then goes on
 * at its end, until the disk is full.
 */
final class LogSize {
    /** Four times what a checkpoint leaves. */
    static final long ALARM_BYTES = 256L << 20;

    private static final long MEGABYTE = 1L << 20;

    private final Path log;
    private final long alarm;
    private final Health health;

    LogSize(Path file, long alarm, Health health) {
        this.log = file.resolveSibling(file.getFileName() + "-wal");
        this.alarm = alarm;
        this.health = health;
    }

    /** Looks, on the writer after each group: some microseconds. */
    void look() {
        long bytes = bytes();
        if (bytes > alarm) {
            health.begun(
                    Health.Concern.LOG,
                    "wal-size",
                    log + " has " + bytes / MEGABYTE + " MB: look for a program, or a backup, that reads from the store"
                            + " for long, and for its disk");
        } else {
            health.over(Health.Concern.LOG, log + " is back at " + bytes / MEGABYTE + " MB");
        }
    }

    private long bytes() {
        try {
            return Files.size(log);
        } catch (IOException missing) {
            return 0;
        }
    }
}
