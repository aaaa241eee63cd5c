package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/*
 * Two files beside the database. The operating system holds the lock on ".lock" and lets go of it when the process dies, however that
 * happens. Who it is stands in ".pid", because POSIX drops all locks of a process on a file when the process closes any descriptor of it:
 * looking into ".lock" to see who holds it would give it up. For the same reason a second opening in the same process is found by ".pid"
 * (number and start of the process) before ".lock" is touched, and openings go one at a time.
 */
/** Keeps other processes, and other stores of this one, away from a database. */
final class StoreLock implements AutoCloseable {
    private final FileLock held;
    private final Path owner;

    private StoreLock(FileLock held, Path owner) {
        this.held = held;
        this.owner = owner;
    }

    /**
     * Locks a database.
     *
     * @throws StorageException naming the process that has it
     */
    static synchronized StoreLock acquire(Path file, Faults faults) {
        Path owner = file.resolveSibling(file.getFileName() + ".pid");
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        String self = self();
        try {
            if (self.equals(read(owner))) {
                throw inUse(faults, self);
            }
            FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = lock(channel);
            if (held == null) {
                channel.close();
                throw inUse(faults, read(owner));
            }
            return new StoreLock(held, sign(owner, self, channel));
        } catch (IOException e) {
            throw faults.because(
                    StorageException.Problem.READ_ONLY,
                    "cannot be locked: check that its folder can be written (" + e + ")",
                    e);
        }
    }

    private static Path sign(Path owner, String self, FileChannel channel) throws IOException {
        try {
            return Files.writeString(owner, self);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ofThisProcess) {
            return null;
        }
    }

    private static StorageException inUse(Faults faults, @Nullable String owner) {
        String who = owner == null ? "another process" : "process " + owner.split(" ", 2)[0];
        return faults.because(
                StorageException.Problem.LOCKED, "is in use by " + who + ": close it there, or choose another file");
    }

    /** A number alone may be that of an earlier process, in containers above all. */
    private static String self() {
        ProcessHandle process = ProcessHandle.current();
        return process.pid() + " " + process.info().startInstant().orElse(Instant.EPOCH);
    }

    private static @Nullable String read(Path owner) throws IOException {
        return Files.exists(owner) ? Files.readString(owner).strip() : null;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(owner);
        held.acquiredBy().close();
    }
}
