package dev.agentos.tools.file;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Opens a path beneath a directory descriptor without following any symbolic link and without leaving the directory.
 *
 * <p>Following none at all is stricter than "none that leads out", and deliberate: what the gate decided on is the
 * lexical path, and only a walk without links makes the opened inode the one at that path.
 */
sealed interface Opener {
    /**
     * Opens {@code segments} (none: the directory again) and returns the descriptor or a negated {@code errno}. The
     * descriptor is the caller's to close. {@code flags} need not hold the no-follow and close-on-exec flags.
     */
    int open(int directory, List<String> segments, int flags, int mode);

    /** Returns the best opener that this kernel offers. */
    static Opener probe() {
        return Probe.BEST;
    }

    /** Asks the kernel once: containers and sandboxes often answer ENOSYS or EPERM to system calls they do not know. */
    final class Probe {
        private static final Opener BEST = choose();

        private Probe() {}

        private static Opener choose() {
            Opener openat2 = new Openat2();
            int fd = openat2.open(Linux.AT_FDCWD, List.of("."), Linux.O_PATH | Linux.O_DIRECTORY, 0);
            if (fd < 0) {
                return new Walk();
            }
            Linux.close(fd);
            return openat2;
        }
    }

    /** One {@code openat2(2)}: the kernel resolves the whole path under the restrictions. Linux 5.6 and later. */
    record Openat2() implements Opener {
        private static final long RESOLVE_NO_MAGICLINKS = 0x02;
        private static final long RESOLVE_NO_SYMLINKS = 0x04;
        private static final long RESOLVE_BENEATH = 0x08;
        private static final long OPEN_HOW_BYTES = 24;
        private static final int ATTEMPTS = 16;

        @Override
        public int open(int directory, List<String> segments, int flags, int mode) {
            try (Arena arena = Arena.ofConfined()) {
                String path = segments.isEmpty() ? "." : String.join("/", segments);
                MemorySegment how = arena.allocate(OPEN_HOW_BYTES, 8);
                how.set(JAVA_LONG, 0, flags | Linux.O_CLOEXEC);
                how.set(JAVA_LONG, 8, mode);
                how.set(JAVA_LONG, 16, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
                long name = arena.allocateFrom(path).address();
                long result = -Linux.EAGAIN;
                // EAGAIN: a rename elsewhere raced with the resolution and the kernel could not prove it safe.
                for (int i = 0; i < ATTEMPTS && result == -Linux.EAGAIN; i++) {
                    result = Linux.call(arena, Linux.Call.OPENAT2, directory, name, how.address(), OPEN_HOW_BYTES);
                }
                return (int) result;
            }
        }
    }

    /** One {@code openat} per segment, each relative to the descriptor before it and each refusing a link. */
    record Walk() implements Opener {
        @Override
        public int open(int directory, List<String> segments, int flags, int mode) {
            int current = directory;
            int parents = segments.size() - 1;
            for (int i = 0; i < parents && current >= 0; i++) {
                int next = enter(current, segments.get(i));
                closeUnless(directory, current);
                current = next;
            }
            if (current < 0) {
                return current;
            }
            int opened = segments.isEmpty()
                    ? openat(current, ".", flags, mode)
                    : openLast(current, segments.getLast(), flags, mode);
            closeUnless(directory, current);
            return opened;
        }

        private static void closeUnless(int keep, int fd) {
            if (fd != keep) {
                Linux.close(fd);
            }
        }

        private static int openLast(int directory, String name, int flags, int mode) {
            if ((flags & Linux.O_DIRECTORY) != 0) {
                int entered = enter(directory, name);
                if (entered < 0 || (flags & Linux.O_PATH) != 0) {
                    return entered;
                }
                int opened = openat(entered, ".", flags, mode);
                Linux.close(entered);
                return opened;
            }
            int fd = openat(directory, name, flags, mode);
            // Without O_PATH, O_NOFOLLOW makes a link an error; with it, the link itself is opened.
            boolean link = fd >= 0 && (flags & Linux.O_PATH) != 0 && type(fd) == FileStatus.Type.SYMBOLIC_LINK;
            return link ? refuse(fd, Linux.ELOOP) : fd;
        }

        /**
         * Opens a directory as a handle. The type is asked of the descriptor and not left to O_DIRECTORY, which
         * answers ENOTDIR for links and files alike: asking the name which of them it was would be a race.
         */
        private static int enter(int directory, String name) {
            int fd = openat(directory, name, Linux.O_PATH, 0);
            if (fd < 0) {
                return fd;
            }
            return switch (type(fd)) {
                case DIRECTORY -> fd;
                case SYMBOLIC_LINK -> refuse(fd, Linux.ELOOP);
                case FILE, OTHER -> refuse(fd, Linux.ENOTDIR);
            };
        }

        private static int refuse(int fd, int errno) {
            Linux.close(fd);
            return -errno;
        }

        private static FileStatus.Type type(int fd) {
            try (Arena arena = Arena.ofConfined()) {
                return FileStatus.of(arena, fd, "", ".").type();
            } catch (FileRefusedException e) {
                return FileStatus.Type.OTHER;
            }
        }

        private static int openat(int directory, String name, int flags, int mode) {
            try (Arena arena = Arena.ofConfined()) {
                long text = arena.allocateFrom(name).address();
                int all = flags | Linux.O_NOFOLLOW | Linux.O_CLOEXEC;
                return (int) Linux.call(arena, Linux.Call.OPENAT, directory, text, all, mode);
            }
        }
    }
}
