package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * System calls and the few functions of the C library that start a process, with memory for their arguments. Addresses are
 * passed as numbers. Results follow the kernel: a negative one is the negated {@code errno}. Used by one thread at a time,
 * as long as the arena is open that it was given.
 */
@SuppressWarnings("restricted") // The module asks for native access; a host that denies it gets no sandbox.
final class Native {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOSYS = 38;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBC = LINKER.defaultLookup();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LIBC.findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle POSIX_SPAWN = LINKER.downcallHandle(
            LIBC.findOrThrow("posix_spawn"),
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    /** For functions that take up to three numbers: what a register holds beyond that, they do not look at. */
    private static final MethodHandle PREPARE =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /** The functions of the C library that prepare a spawn. */
    enum Preparing {
        ATTRIBUTES_INIT("posix_spawnattr_init"),
        ATTRIBUTES_FLAGS("posix_spawnattr_setflags"),
        ATTRIBUTES_DEFAULT_SIGNALS("posix_spawnattr_setsigdefault"),
        ATTRIBUTES_SIGNAL_MASK("posix_spawnattr_setsigmask"),
        ATTRIBUTES_DESTROY("posix_spawnattr_destroy"),
        ACTIONS_INIT("posix_spawn_file_actions_init"),
        ACTIONS_DUP("posix_spawn_file_actions_adddup2"),
        ACTIONS_CHDIR("posix_spawn_file_actions_addchdir_np"),
        ACTIONS_FCHDIR("posix_spawn_file_actions_addfchdir_np"),
        ACTIONS_CLOSE_FROM("posix_spawn_file_actions_addclosefrom_np"),
        ACTIONS_DESTROY("posix_spawn_file_actions_destroy");

        private final String function;

        Preparing(String function) {
            this.function = function;
        }

        /** {@return whether the C library has it} */
        boolean isThere() {
            return SYMBOLS.containsKey(this);
        }
    }

    /** Those functions that the C library has. */
    private static final Map<Preparing, MemorySegment> SYMBOLS = symbols();

    private final Arena arena;
    private final MemorySegment state;
    private final Architecture architecture;

    /** Makes one whose memory lasts as long as an arena. */
    Native(Architecture architecture, Arena arena) {
        this(architecture, arena, arena.allocate(STATE));
    }

    private Native(Architecture architecture, Arena arena, MemorySegment state) {
        this.architecture = architecture;
        this.arena = arena;
        this.state = state;
    }

    /**
     * {@return one that makes calls on another thread, but allocates nothing there} Its memory is this one's; whoever closes
     * the arena waits for that thread before.
     */
    Native forAnotherThread() {
        MemorySegment own = arena.allocate(STATE);
        // Of no arena, so that any thread may use it. An automatic arena would have to be entered into a list of the
        // JDK,
        // under a lock that all who open files take; a shared one stops all threads when it is closed.
        return new Native(
                architecture, arena, MemorySegment.ofAddress(own.address()).reinterpret(own.byteSize()));
    }

    Architecture architecture() {
        return architecture;
    }

    private static Map<Preparing, MemorySegment> symbols() {
        var symbols = new EnumMap<Preparing, MemorySegment>(Preparing.class);
        for (Preparing each : Preparing.values()) {
            LIBC.find(each.function).ifPresent(symbol -> symbols.put(each, symbol));
        }
        return symbols;
    }

    // ---- memory

    /** {@return zeroed memory} */
    MemorySegment memory(long bytes) {
        return arena.allocate(bytes, 8);
    }

    /** {@return the address of a text as C has it; UTF-8, whatever the locale of this JVM is} */
    long text(String text) {
        return arena.allocateFrom(text).address();
    }

    /** {@return the address of an array of texts, ended by null} */
    long texts(List<String> texts) {
        MemorySegment array = memory(8L * (texts.size() + 1));
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(JAVA_LONG, i, text(texts.get(i)));
        }
        return array.address();
    }

    // ---- calls

    /** Makes a system call. Again, if it was interrupted by a signal: this JVM uses some for itself. */
    long call(SystemCall call, long... arguments) {
        long[] a = arguments.length == 5 ? arguments : java.util.Arrays.copyOf(arguments, 5);
        long result;
        do {
            result = once(architecture.number(call), a);
            // An interrupted close has closed (close(2)): done again, it might close somebody else's new file.
        } while (result == -EINTR && call != SystemCall.CLOSE);
        return result;
    }

    /** Makes a system call by its number, with five arguments. */
    long once(int number, long[] a) {
        try {
            long result = (long) SYSCALL.invokeExact(state, (long) number, a[0], a[1], a[2], a[3], a[4]);
            return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
        } catch (Throwable e) {
            // invokeExact declares Throwable; the target is C code, so only a linkage fault can arrive here.
            throw new LinkageError("system call " + number + " could not be made", e);
        }
    }

    /** {@return 0, or the negated errno; nothing but the result tells whether exec has failed} */
    int spawn(long pid, long path, long actions, long attributes, long argv, long environment) {
        try {
            return -(int) POSIX_SPAWN.invokeExact(pid, path, actions, attributes, argv, environment);
        } catch (Throwable e) {
            throw new LinkageError("posix_spawn could not be called", e);
        }
    }

    /** {@return 0, or the negated errno; {@code -ENOSYS} if the C library has no such function} */
    static int prepare(Preparing function, long first, long second, long third) {
        MemorySegment symbol = SYMBOLS.get(function);
        if (symbol == null) {
            return -ENOSYS;
        }
        try {
            return -(int) PREPARE.invokeExact(symbol, first, second, third);
        } catch (Throwable e) {
            throw new LinkageError(function + " could not be called", e);
        }
    }

    /** Closes a descriptor. Nothing can be done about a failure: it is gone either way. */
    void closeDescriptor(long fd) {
        if (fd >= 0) {
            call(SystemCall.CLOSE, fd);
        }
    }
}
