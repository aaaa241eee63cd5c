package dev.agentos.cli.daemon;

import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Set;

/**
 * The folder of one daemon, locked for as long as this is open. The lock is the system's and ends with the process, so
 * nothing has to be cleaned up after a crash; the file in it stays, since deleting it would let two daemons each hold a
 * lock on a file of that name.
 */
final class DataFolder implements AutoCloseable {
    private static final String LOCK = "daemon.lock";
    private static final String STORE = "agentos.db";
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path folder;
    private final FileChannel lock;
    private final UserPrincipal owner;
    private final long uid;

    private DataFolder(Path folder, FileChannel lock, UserPrincipal owner, long uid) {
        this.folder = folder;
        this.lock = lock;
        this.owner = owner;
        this.uid = uid;
    }

    /**
     * Locks a folder, which is created for its owner alone if it does not exist.
     *
     * @throws Failure if a daemon has it, or others could write into it
     */
    static DataFolder open(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = folder.resolve(LOCK);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            lock(channel, folder);
            UserPrincipal owner = Files.getOwner(file);
            check(folder, owner);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            Integer uid = (Integer) Objects.requireNonNull(Files.getAttribute(file, "unix:uid"));
            return new DataFolder(folder, channel, owner, Integer.toUnsignedLong(uid));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path folder) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false; // by this very process
        }
        if (!locked) {
            var content = ByteBuffer.allocate(32);
            channel.read(content, 0);
            // Empty for the moment between the other's lock and its first write.
            String pid = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII)
                    .replaceAll("[^0-9]", "");
            throw new Failure(
                    Codes.DAEMON_RUNNING,
                    "the daemon with pid " + (pid.isEmpty() ? "?" : pid) + " has the data folder " + folder
                            + "; use it, stop it with 'agent-os shutdown', or choose another folder with --data",
                    JsonObject.builder()
                            .put("pid", pid.isEmpty() ? null : new BigDecimal(pid))
                            .build());
        }
    }

    private static void check(Path folder, UserPrincipal owner) throws IOException {
        if (!Files.getOwner(folder).equals(owner)) {
            throw new Failure(Codes.START_FAILED, "the data folder " + folder + " belongs to another user");
        }
        if (Files.getPosixFilePermissions(folder).stream().anyMatch(OTHERS_WRITE::contains)) {
            throw new Failure(
                    Codes.START_FAILED,
                    "others may write into the data folder " + folder + "; forbid it with 'chmod go-w " + folder + "'");
        }
    }

    /** {@return where the daemon of a folder keeps everything} */
    static Path store(Path folder) {
        return folder.resolve(STORE);
    }

    /** {@return where the daemon keeps everything} */
    Path store() {
        return store(folder);
    }

    /** {@return the file with the key by which the daemon signs tokens} */
    Path tokenKey() {
        return folder.resolve("token.key");
    }

    /** {@return the user that this process runs as} */
    UserPrincipal owner() {
        return owner;
    }

    /** {@return the number of that user} */
    long uid() {
        return uid;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
