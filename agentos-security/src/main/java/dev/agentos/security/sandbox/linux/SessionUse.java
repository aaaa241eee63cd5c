package dev.agentos.security.sandbox.linux;

import dev.agentos.security.sandbox.ProcessStatus;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the processes of one session use together, as {@code /proc} shows it. For machines without control groups: who
 * leaves the session is not counted.
 *
 * @param tasks processes and threads
 * @param memoryBytes resident memory; what is shared is counted for each
 * @param cpuNanos of those who live, and of those of their children who ended
 */
record SessionUse(int tasks, long memoryBytes, long cpuNanos) {
    private static final Path PROC = Path.of("/proc");
    private static final long PAGE = 4_096;
    private static final long TICK = 10_000_000; // nanoseconds; USER_HZ is 100 everywhere

    static SessionUse of(long session) {
        int tasks = 0;
        long pages = 0;
        long ticks = 0;
        String[] names = new File(PROC.toString()).list((folder, name) -> Character.isDigit(name.charAt(0)));
        for (String name : names == null ? new String[0] : names) {
            ProcessStatus status = status(Long.parseLong(name));
            if (status != null && status.session() == session && !status.isZombie()) {
                tasks += status.threads();
                pages += status.residentPages();
                ticks += status.cpuTicks();
            }
        }
        return new SessionUse(tasks, pages * PAGE, ticks * TICK);
    }

    private static @Nullable ProcessStatus status(long pid) {
        try {
            return ProcessStatus.parse(pid, KernelFiles.read(PROC.resolve(pid + "/stat")));
        } catch (IOException e) {
            return null; // it has ended
        }
    }
}
