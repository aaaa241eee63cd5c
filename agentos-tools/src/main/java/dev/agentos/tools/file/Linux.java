package dev.agentos.tools.file;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * The few Linux system calls that beneath-root file access needs, by number through {@code syscall(2)}.
 *
 * <p>By number and not by libc's wrappers, because {@code openat2} has no wrapper in most C libraries and because
 * {@code struct statx}, unlike {@code struct stat}, has one layout on every architecture. Numbers and open flags differ
 * by architecture; on one that is not listed {@link #SUPPORTED} is false and nothing is opened. Results follow the
 * kernel's convention: a negative number is the negated {@code errno}.
 */
final class Linux {
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EPERM = 1;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int ENAMETOOLONG = 36;
    static final int ENOSYS = 38;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NOCTTY = 0x100;
    static final int O_APPEND = 0x400;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_DIRECTORY;
    static final int O_NOFOLLOW;

    static final int AT_FDCWD = -100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_EMPTY_PATH = 0x1000;

    /** System calls by name, for a table of numbers that reads like one. */
    enum Call {
        READ,
        LSEEK,
        WRITE,
        CLOSE,
        FSYNC,
        FCHMOD,
        FSTATFS,
        GETDENTS64,
        OPENAT,
        MKDIRAT,
        UNLINKAT,
        RENAMEAT2,
        STATX,
        OPENAT2
    }

    /** Whether this is Linux on an architecture whose numbers are known. */
    static final boolean SUPPORTED;

    private static final Map<Call, Integer> NUMBERS;

    static {
        String arch = System.getProperty("os.arch", "");
        boolean linux =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux");
        boolean arm = arch.equals("aarch64");
        NUMBERS = numbers(arm);
        SUPPORTED = linux && (arm || arch.equals("amd64"));
        O_DIRECTORY = arm ? 0x4000 : 0x10000;
        O_NOFOLLOW = arm ? 0x8000 : 0x20000;
    }

    private Linux() {}

    private static Map<Call, Integer> numbers(boolean arm) {
        return Map.ofEntries(
                Map.entry(Call.READ, arm ? 63 : 0),
                Map.entry(Call.LSEEK, arm ? 62 : 8),
                Map.entry(Call.WRITE, arm ? 64 : 1),
                Map.entry(Call.CLOSE, arm ? 57 : 3),
                Map.entry(Call.FSYNC, arm ? 82 : 74),
                Map.entry(Call.FCHMOD, arm ? 52 : 91),
                Map.entry(Call.FSTATFS, arm ? 44 : 138),
                Map.entry(Call.GETDENTS64, arm ? 61 : 217),
                Map.entry(Call.OPENAT, arm ? 56 : 257),
                Map.entry(Call.MKDIRAT, arm ? 34 : 258),
                Map.entry(Call.UNLINKAT, arm ? 35 : 263),
                Map.entry(Call.RENAMEAT2, arm ? 276 : 316),
                Map.entry(Call.STATX, arm ? 291 : 332),
                Map.entry(Call.OPENAT2, 437));
    }

    /**
     * Makes a system call and returns its result or the negated {@code errno}. Missing arguments are zero. Memory
     * passed by address must outlive the call, which the caller's open arena guarantees.
     */
    static long call(Arena arena, Call call, long... arguments) {
        Integer number = NUMBERS.get(call);
        if (!SUPPORTED || number == null) {
            return -ENOSYS;
        }
        long[] a = Arrays.copyOf(arguments, 5);
        MemorySegment state = arena.allocate(Native.STATE);
        long result;
        do {
            result = invoke(state, number, a);
            // An interrupted close has closed (close(2)): done again, it might close somebody else's new file.
        } while (result == -EINTR && call != Call.CLOSE);
        return result;
    }

    private static long invoke(MemorySegment state, long number, long[] a) {
        try {
            long result = (long) Native.SYSCALL.invokeExact(state, number, a[0], a[1], a[2], a[3], a[4]);
            return result >= 0 ? result : -(int) Native.ERRNO.get(state, 0L);
        } catch (Throwable e) {
            // invokeExact declares Throwable; the target is C code, so only a linkage fault can arrive here.
            throw new LinkageError("syscall " + number + " could not be made", e);
        }
    }

    static void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            // Nothing to do about a failing close: the descriptor is gone either way (close(2)).
            call(arena, Call.CLOSE, fd);
        }
    }

    /** The linker's objects, made at the first call so that listing the tools costs nothing. */
    private static final class Native {
        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
        static final MethodHandle SYSCALL = link();

        @SuppressWarnings("restricted") // The module asks for native access; a host that denies it gets no file tools.
        private static MethodHandle link() {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(1));
        }
    }
}
