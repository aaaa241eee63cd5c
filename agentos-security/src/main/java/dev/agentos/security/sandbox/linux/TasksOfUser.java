package dev.agentos.security.sandbox.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the processes and threads of the user of this JVM, among which the kernel counts those of a sandbox. */
final class TasksOfUser {
    private static final Path PROC = Path.of("/proc");

    private TasksOfUser() {}

    /** {@return how many there are; negative for root, whom the kernel does not limit, and if nobody can tell} */
    static long count() {
        try {
            Object user = Files.getAttribute(PROC.resolve("self"), "unix:uid");
            return user.equals(0) ? -1 : count(user);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return -1;
        }
    }

    private static long count(Object user) {
        String[] names = PROC.toFile().list((folder, name) -> Character.isDigit(name.charAt(0)));
        long tasks = 0;
        for (String name : names == null ? new String[0] : names) {
            Path process = PROC.resolve(name);
            try {
                if (Files.getAttribute(process, "unix:uid").equals(user)) {
                    String[] threads = process.resolve("task").toFile().list();
                    tasks += threads == null ? 0 : threads.length;
                }
            } catch (IOException e) {
                // It has ended.
            }
        }
        return tasks;
    }
}
