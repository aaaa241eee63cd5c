package dev.agentos.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Compares what lives in this JVM before and after: platform threads, child processes and, where {@code /proc} tells,
 * sockets. What ends within two seconds is not a leak. It looks at the whole JVM, so tests that run beside it at the same
 * time are taken for leaks.
 *
 * @since 0.1
 */
public final class LeakCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final Path FILE_DESCRIPTORS = Path.of("/proc/self/fd");

    private final Set<Thread> threads = liveThreads();
    private final Set<ProcessHandle> processes = children();
    private final Set<String> sockets = openSockets();

    private final Duration patience;

    private LeakCheck(Duration patience) {
        this.patience = patience;
    }

    /** {@return a check that knows what lives now} */
    public static LeakCheck begin() {
        return begin(PATIENCE);
    }

    /** {@return a check that knows what lives now, and waits so long for what is new to end} */
    static LeakCheck begin(Duration patience) {
        return new LeakCheck(patience);
    }

    /**
     * Checks that nothing new lives.
     *
     * @throws AssertionError naming each thread, process and socket that is left
     */
    public void assertNothingLeft() {
        long deadline = System.nanoTime() + patience.toNanos();
        var left = left();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK.toNanos());
            left = left();
        }
        if (!left.isEmpty()) {
            throw new AssertionError("left behind: " + left);
        }
    }

    private List<String> left() {
        var left = new ArrayList<String>();
        for (Thread thread : liveThreads()) {
            if (!threads.contains(thread) && !isOfTheJdk(thread)) {
                left.add("thread '" + thread.getName() + "'" + whereIs(thread));
            }
        }
        for (ProcessHandle process : children()) {
            if (!processes.contains(process)) {
                left.add("process " + process.pid() + " "
                        + process.info().command().orElse("?"));
            }
        }
        for (String socket : openSockets()) {
            if (!sockets.contains(socket)) {
                left.add(socket);
            }
        }
        return left;
    }

    private static String whereIs(Thread thread) {
        var frames = thread.getStackTrace();
        return frames.length == 0 ? "" : " at " + frames[0];
    }

    /** The JDK keeps threads of its own for processes, files, clean-up and virtual threads; they belong to no runtime. */
    private static boolean isOfTheJdk(Thread thread) {
        var group = thread.getThreadGroup();
        String name = thread.getName();
        return group == null
                || group.getName().equals("system")
                || group.getName().equals("InnocuousThreadGroup")
                || name.startsWith("ForkJoinPool")
                || name.equals("process reaper")
                || name.startsWith("VirtualThread-unparker")
                || name.startsWith("junit-");
    }

    private static Set<Thread> liveThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .collect(Collectors.toSet());
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .collect(Collectors.toSet());
    }

    private static Set<String> openSockets() {
        var sockets = new HashSet<String>();
        if (!Files.isDirectory(FILE_DESCRIPTORS)) {
            return sockets;
        }
        try (var descriptors = Files.newDirectoryStream(FILE_DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                String target = targetOf(descriptor);
                if (target.startsWith("socket:")) {
                    sockets.add(target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sockets;
    }

    private static String targetOf(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
