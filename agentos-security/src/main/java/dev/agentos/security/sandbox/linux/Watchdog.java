package dev.agentos.security.sandbox.linux;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A shell that reads from a pipe of which only this JVM has the other end. When the JVM is gone, however it went, the read
 * ends, and the shell kills what is left: everybody in the control groups, and the sessions that it was told of. It is
 * started by a thread that is not restricted, in a session of its own, so that no terminal ends it before its time.
 *
 * Its arguments are the script and folders that we made; what it reads are numbers that we write. Nothing of an agent's
 * reaches it.
 */
/** Ends what runs in a sandbox when this JVM is killed. Thread-safe. */
final class Watchdog implements AutoCloseable {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    /** Word by word: trap what a terminal sends; note the sessions; at the end, kill them and the groups; remove these. */
    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM PIPE
            sessions=' '
            while read -r what number; do
                case $what in
                    add) sessions="$sessions$number " ;;
                    del) sessions="${sessions%% $number *} ${sessions#* $number }" ;;
                    end) exit 0 ;;
                esac
            done
            left=1
            rounds=0
            while [ $left = 1 ] && [ $rounds -lt 200 ]; do
                left=0
                rounds=$((rounds + 1))
                for base in "$@"; do
                    [ -e "$base/cgroup.kill" ] && echo 1 > "$base/cgroup.kill"
                    for group in "$base"/run-*; do
                        [ -e "$group/pids.max" ] && echo 0 > "$group/pids.max"
                        [ -e "$group/cgroup.procs" ] || continue
                        while read -r member; do
                            left=1
                            kill -KILL "$member"
                        done < "$group/cgroup.procs"
                    done
                done
                for stat in /proc/[0-9]*/stat; do
                    read -r line < "$stat" || continue
                    pid=${line%% *}
                    set -f
                    fields=${line##*) }
                    session=${fields#* * * }
                    session=${session%% *}
                    set +f
                    case "$sessions" in
                        *" $session "*)
                            [ "${fields%% *}" = Z ] || left=1
                            kill -KILL "$pid" ;;
                    esac
                done
            done
            for base in "$@"; do
                for group in "$base"/run-*; do rmdir "$group"; done
                rmdir "$base"
            done
            """;

    private final List<Path> bases;
    private final Object lock = new Object();
    private @Nullable Process process; // guarded by lock
    private @Nullable OutputStream pipe; // guarded by lock

    Watchdog(List<Path> bases) {
        this.bases = List.copyOf(bases);
    }

    /** {@return whether this machine has what it takes} */
    static boolean isPossible() {
        return Files.isExecutable(SHELL);
    }

    /** Makes it know a session. Starts it if it does not run, as after somebody killed it. */
    void add(long session) throws IOException {
        synchronized (lock) {
            ensure();
            tell("add " + session);
        }
    }

    /** Starts it if it does not run. Who is in a group is killed without having been told of. */
    void watchGroups() throws IOException {
        synchronized (lock) {
            ensure();
        }
    }

    /** Under the lock. */
    private void ensure() throws IOException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            start();
        }
    }

    /** Makes it forget a session. */
    void remove(long session) {
        synchronized (lock) {
            try {
                tell("del " + session);
            } catch (IOException e) {
                log.atDebug().setCause(e).log("the watchdog is gone");
            }
        }
    }

    /** Under the lock. */
    private void tell(String line) throws IOException {
        OutputStream out = pipe;
        if (out != null) {
            out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    /** Under the lock. */
    private void start() throws IOException {
        var argv = new ArrayList<String>();
        for (String folder : List.of("/usr/bin/setsid", "/bin/setsid")) {
            if (argv.isEmpty() && Files.isExecutable(Path.of(folder))) {
                argv.add(folder);
            }
        }
        argv.addAll(List.of(SHELL.toString(), "-c", SCRIPT, "agentos-watchdog"));
        bases.forEach(base -> argv.add(base.toString()));
        var builder = new ProcessBuilder(argv)
                .directory(Path.of("/").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        Process started = builder.start();
        process = started;
        pipe = started.getOutputStream();
    }

    /** {@return its number; 0 if it does not run} */
    long pid() {
        synchronized (lock) {
            Process running = process;
            return running != null && running.isAlive() ? running.pid() : 0;
        }
    }

    /** Ends it; what it would have killed has been. */
    @Override
    public void close() {
        synchronized (lock) {
            Process running = process;
            if (running == null) {
                return;
            }
            try {
                tell("end");
                if (!running.waitFor(5, TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            } catch (IOException e) {
                running.destroyForcibly();
            } catch (InterruptedException e) {
                running.destroyForcibly();
                Thread.currentThread().interrupt();
            }
            process = null;
            pipe = null;
        }
    }
}
