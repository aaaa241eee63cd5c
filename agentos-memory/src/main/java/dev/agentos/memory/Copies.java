package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.StorageException.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a database as it is at one moment. A copy has its name only when it is whole and on disk; until then it is a {@code .part} beside
 * it. Readable by the owner alone, whatever the database is.
 */
final class Copies {
    /** How many copies from before migrations are kept. */
    static final int KEPT = 3;

    private static final String ENDING = ".backup";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Logger log = LoggerFactory.getLogger(Copies.class);

    private final Connection connection;
    private final Faults faults;

    Copies(Connection connection, Faults faults) {
        this.connection = connection;
        this.faults = faults;
    }

    /**
     * Makes a copy; on a connection that may write, though it writes nothing here.
     *
     * @throws StorageException if there is something of that name, or it cannot be written
     */
    void make(Path to) {
        Path target = to.toAbsolutePath();
        Path folder = target.getParent();
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw faults.because(Problem.UNUSABLE, "is not copied to " + to + ", which exists: choose another file");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw faults.because(Problem.UNUSABLE, "cannot be copied to " + to + ": create its folder first");
        }
        try {
            Path part = Files.createTempFile(folder, target.getFileName() + "-", ".part");
            try {
                copy(part, to);
                toDisk(part, StandardOpenOption.WRITE);
                // Without REPLACE_EXISTING: what somebody has put there meanwhile stays.
                Files.move(part, target);
            } finally {
                Files.deleteIfExists(part);
            }
            toDiskIfPossible(folder);
        } catch (IOException e) {
            throw faults.because(Problem.UNUSABLE, "cannot be copied to " + to + ": " + e, e);
        }
    }

    private void copy(Path part, Path to) {
        // Not SQLite's step by step backup, which begins again whenever somebody writes.
        try (PreparedStatement statement = connection.prepareStatement("VACUUM INTO ?")) {
            statement.setString(1, part.toString());
            statement.execute();
        } catch (SQLException e) {
            StorageException why = faults.of(e);
            throw why.problem() == Problem.FULL
                    ? faults.because(Problem.FULL, "cannot be copied to " + to + ": free space there", e)
                    : why;
        }
    }

    private static void toDisk(Path file, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(file, how)) {
            channel.force(true);
        }
    }

    private static void toDiskIfPossible(Path folder) {
        try {
            toDisk(folder, StandardOpenOption.READ);
        } catch (IOException ignored) {
            // Not every system lets a folder be opened; the file itself is on disk.
        }
    }

    /** Copies a database beside itself before it is migrated, and deletes the oldest of such copies. */
    void makeBeforeMigration(Path file, long version) {
        Path copy =
                file.resolveSibling(file.getFileName() + ".v" + version + "-" + TIME.format(Instant.now()) + ENDING);
        make(copy);
        log.atInfo()
                .addKeyValue("file", file)
                .addKeyValue("version", version)
                .addKeyValue("copy", copy)
                .log("store is copied before it is migrated");
        try {
            deleteOldest(file);
        } catch (IOException e) {
            log.atWarn().setCause(e).log("old copies of a store were not deleted");
        }
    }

    private static void deleteOldest(Path file) throws IOException {
        List<Path> copies;
        try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
            String start = file.getFileName() + ".v";
            copies = files.filter(other -> isCopy(String.valueOf(other.getFileName()), start))
                    .sorted(Comparator.comparing(Copies::time).reversed())
                    .toList();
        }
        for (Path old : copies.subList(Math.min(KEPT, copies.size()), copies.size())) {
            Files.delete(old);
        }
    }

    private static boolean isCopy(String name, String start) {
        return name.startsWith(start) && name.substring(start.length()).matches("\\d+-\\d{8}T\\d{9}Z\\.backup");
    }

    private static String time(Path copy) {
        String name = String.valueOf(copy.getFileName());
        return name.substring(name.lastIndexOf('-'));
    }
}
