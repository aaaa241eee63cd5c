package dev.agentos.tools.file;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Directory that was granted, held open, so that every later step is relative to this inode and not to a name.
 *
 * <p>The root itself is reached without following links either: were it allowed to be one, an agent that may write the
 * parent could exchange the granted directory for a link to any other.
 *
 * <p>Thread-safe until closed; the calls block on the disk and belong on platform threads.
 */
final class FileRoot implements AutoCloseable {
    private static final int STATFS_BYTES = 256;

    /**
     * File systems whose files are doors into the kernel although they claim to be regular: proc, sysfs, debugfs,
     * tracefs, securityfs, selinuxfs, bpf, cgroup, cgroup2, efivarfs, configfs, pstore, devpts, binfmt_misc, nsfs.
     * Reading /proc/kmsg consumes the log, writing /proc/sysrq-trigger reboots.
     */
    private static final Set<Long> KERNEL_FILE_SYSTEMS = Set.of(
            0x9fa0L,
            0x62656572L,
            0x64626720L,
            0x74726163L,
            0x73636673L,
            0xf97cff8cL,
            0xcafe4a11L,
            0x27e0ebL,
            0x63677270L,
            0xde5e81e4L,
            0x62656570L,
            0x6165676cL,
            0x1cd1L,
            0x42494e4dL,
            0x6e736673L);

    private final FilePath path;
    private final FileRules rules;
    private final Opener opener;
    private final int fd;
    private final AtomicBoolean closed = new AtomicBoolean();

    private FileRoot(FilePath path, FileRules rules, Opener opener, int fd) {
        this.path = path;
        this.rules = rules;
        this.opener = opener;
        this.fd = fd;
    }

    static FileRoot open(FilePath path, FileRules rules) {
        return open(path, rules, Opener.probe());
    }

    static FileRoot open(FilePath path, FileRules rules, Opener opener) {
        if (!Linux.SUPPORTED) {
            throw FileRefusedException.of(Linux.ENOSYS, ".");
        }
        int slash;
        try (Arena arena = Arena.ofConfined()) {
            slash = (int) FileRefusedException.check(
                    Linux.call(
                            arena,
                            Linux.Call.OPENAT,
                            Linux.AT_FDCWD,
                            arena.allocateFrom("/").address(),
                            Linux.O_PATH | Linux.O_DIRECTORY | Linux.O_CLOEXEC),
                    ".");
        }
        try {
            int fd = opener.open(slash, path.segments(), Linux.O_PATH | Linux.O_DIRECTORY, 0);
            FileRefusedException.check(fd, "the granted root");
            return new FileRoot(path, rules, opener, fd);
        } finally {
            Linux.close(slash);
        }
    }

    FilePath path() {
        return path;
    }

    FileRules rules() {
        return rules;
    }

    /** Returns the path as error texts and listings show it: relative to the root. */
    String shown(FilePath file) {
        List<String> below = file.below(path);
        return below.isEmpty() ? "." : String.join("/", below);
    }

    /** Opens a directory for use as the base of further calls. */
    Descriptor directory(List<String> below, int flags) {
        return open(below, Linux.O_DIRECTORY | flags, 0);
    }

    /** Opens beneath the root; whatever is opened has not been looked at yet. */
    Descriptor open(List<String> below, int flags, int mode) {
        if (closed.get()) {
            throw new IllegalStateException("the root is closed");
        }
        return new Descriptor((int) FileRefusedException.check(opener.open(fd, below, flags, mode), show(below)));
    }

    /**
     * Opens an existing regular file.
     *
     * <p>First as a mere handle (O_PATH), which has no effect on devices and pipes, then, if that is a file we may
     * touch, for real and checked again, since the name may have changed hands in between. O_NONBLOCK: a pipe that won
     * this race must not hang us.
     */
    Descriptor openFile(FilePath file, int access) {
        List<String> below = file.below(path);
        try (Descriptor handle = open(below, Linux.O_PATH, 0)) {
            checkFile(handle, show(below));
        }
        Descriptor opened = open(below, access | Linux.O_NONBLOCK | Linux.O_NOCTTY, 0);
        try {
            checkFile(opened, show(below));
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** Returns the status of an opened regular file, or throws with the reason why it may not be used. */
    FileStatus checkFile(Descriptor file, String shown) {
        try (Arena arena = Arena.ofConfined()) {
            FileStatus status = FileStatus.of(arena, file.fd(), "", shown);
            checkStatus(status, shown);
            if (KERNEL_FILE_SYSTEMS.contains(fileSystem(arena, file.fd(), shown))) {
                throw refused(FileProblem.NOT_A_REGULAR_FILE, shown, "a file of a kernel file system");
            }
            return status;
        }
    }

    /** Checks what the status alone tells: type, number of names, deny list. */
    void checkStatus(FileStatus status, String shown) {
        switch (status.type()) {
            case FILE -> {}
            case DIRECTORY -> throw refused(FileProblem.NOT_A_REGULAR_FILE, shown, "a directory, not a file");
            case SYMBOLIC_LINK -> throw refused(FileProblem.SYMBOLIC_LINK, shown, "a symbolic link");
            case OTHER ->
                throw refused(FileProblem.NOT_A_REGULAR_FILE, shown, "a device, pipe or socket, not a regular file");
        }
        if (rules.denied().contains(status.inode())) {
            throw refused(FileProblem.DENIED_INODE, shown, "on the deny list");
        }
        if (status.links() > 1 && !rules.hardLinks()) {
            throw refused(
                    FileProblem.HARD_LINK, shown, "has " + status.links() + " names, one may be outside the root");
        }
    }

    private static long fileSystem(Arena arena, int fd, String shown) {
        MemorySegment buffer = arena.allocate(STATFS_BYTES, 8);
        FileRefusedException.check(Linux.call(arena, Linux.Call.FSTATFS, fd, buffer.address()), shown);
        return buffer.get(JAVA_LONG, 0) & 0xffffffffL;
    }

    static FileRefusedException refused(FileProblem problem, String shown, String why) {
        return new FileRefusedException(problem, shown + ": " + why);
    }

    private static String show(List<String> below) {
        return below.isEmpty() ? "." : String.join("/", below);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Linux.close(fd);
        }
    }

    /** Open file descriptor; closed once. */
    record Descriptor(int fd, AtomicBoolean closed) implements AutoCloseable {
        Descriptor(int fd) {
            this(fd, new AtomicBoolean());
        }

        @Override
        public void close() {
            // A number closed twice may by then belong to someone else's file.
            if (closed.compareAndSet(false, true)) {
                Linux.close(fd);
            }
        }
    }
}
