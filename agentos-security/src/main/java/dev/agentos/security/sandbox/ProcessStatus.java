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
        long residentPages) {
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
    private static final int ENVIRONMENT_END = 48;
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

    /**
     * {@return whether it is in the middle of exec: its new memory has no environment yet, or one that is being filled, since where
     * the code lies is noted after that} False if it is gone.
     */
    static boolean isInExec(Path proc, long pid) {
        try (var in = new FileInputStream(proc.resolve(pid + "/stat").toFile())) {
            String stat = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(") ") + 2).split(" ", ENVIRONMENT_END + 2);
            return fields.length > ENVIRONMENT_END && (fields[ENVIRONMENT_END].equals("0") || fields[CODE].equals("0"));
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return the status; null if the text is not one} */
    public static @Nullable ProcessStatus parse(long pid, String stat) {
        int name = stat.lastIndexOf(") ");
        String[] fields = name < 0 ? new String[0] : stat.substring(name + 2).split(" ", RESIDENT + 2);
        if (fields.length <= RESIDENT) {
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
                Long.parseLong(fields[RESIDENT]));
    }

    boolean isKernelThread() {
        return (flags & KERNEL_THREAD) != 0;
    }

    /** {@return whether it is dead and only waits to be collected; a first thread that ended before others is not} */
    public boolean isZombie() {
        return state == 'X' || (state == 'Z' && threads <= 1);
    }
}
