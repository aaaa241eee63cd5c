package dev.agentos.security.sandbox;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /proc/PID/stat} says about a process.
 *
 * @param state one letter
 * @param startTicks when it started, in ticks since the machine did
 * @param cpuTicks what it and its ended children used of processors
 * @param residentPages how much of it is in memory
 * @param code where its code begins: 1 to whom that is hidden, 0 if it has no memory of its own, or one that is being made
 */
public record ProcessStatus(
        long pid,
        char state,
        long parent,
        long session,
        long flags,
        int threads,
        long startTicks,
        long cpuTicks,
        long residentPages,
        long code) {
    /** Places of the fields behind the name, which is in parentheses and may contain any character. */
    private static final int STATE = 0;

    private static final int PARENT = 1;
    private static final int SESSION = 3;
    private static final int FLAGS = 6;
    private static final int FIRST_TIME = 11;
    private static final int TIMES = 4;
    private static final int THREADS = 17;
    private static final int START = 19;
    private static final int RESIDENT = 21;
    private static final int CODE = 23;
    private static final long KERNEL_THREAD = 0x0020_0000;

    /** {@return the status; null if there is no such process any more} */
    public static @Nullable ProcessStatus read(Path proc, long pid) {
        // A plain stream: channels are closed when the reading thread is interrupted.
        try (var in = new FileInputStream(proc.resolve(pid + "/stat").toFile())) {
            return parse(pid, new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return null;
        }
    }

    /** {@return the status; null if the text is not one} */
    public static @Nullable ProcessStatus parse(long pid, String stat) {
        int name = stat.lastIndexOf(") ");
        String[] fields = name < 0 ? new String[0] : stat.substring(name + 2).split(" ", CODE + 2);
        if (fields.length <= CODE) {
            return null;
        }
        long cpuTicks = 0;
        for (int i = FIRST_TIME; i < FIRST_TIME + TIMES; i++) {
            cpuTicks += Long.parseLong(fields[i]);
        }
        return new ProcessStatus(
                pid,
                fields[STATE].charAt(0),
                Long.parseLong(fields[PARENT]),
                Long.parseLong(fields[SESSION]),
                Long.parseLong(fields[FLAGS]),
                Integer.parseInt(fields[THREADS]),
                Long.parseLong(fields[START]),
                cpuTicks,
                Long.parseLong(fields[RESIDENT]),
                Long.parseUnsignedLong(fields[CODE]));
    }

    /** {@return whether it has memory: not in the middle of exec, nor of exit, nor a kernel thread} */
    boolean hasMemory() {
        return code != 0 || isWithoutFirstThread();
    }

    /** {@return whether only its other threads live} Then nothing is known of its memory here. */
    boolean isWithoutFirstThread() {
        return state == 'Z' && threads > 1;
    }

    boolean isKernelThread() {
        return (flags & KERNEL_THREAD) != 0;
    }

    /** {@return whether it is dead and only waits to be collected; a first thread that ended before others is not} */
    public boolean isZombie() {
        return state == 'X' || (state == 'Z' && threads <= 1);
    }
}
