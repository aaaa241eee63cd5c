package dev.agentos.api.spi;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How a process ended.
 *
 * @param cause what ended it
 * @param exitCode its exit code; for a signal, 128 and the number of the signal
 * @param stdout what was kept of its output, with a marker where bytes were left out
 * @param stderr what was kept of its error output
 * @param wallTime how long it ran
 * @param usage what it used
 * @param violations what was denied, system calls and connections, the first 64 of them; empty where a provider cannot tell
 * @param confinement how it was confined
 * @param traffic what went through an {@link Egress}
 * @since 0.1
 */
public record SandboxResult(
        Cause cause,
        int exitCode,
        CapturedOutput stdout,
        CapturedOutput stderr,
        Duration wallTime,
        Usage usage,
        List<Violation> violations,
        Confinement confinement,
        Traffic traffic) {
    /** What ended a process. */
    public enum Cause {
        /** It exited by itself. */
        EXIT,
        /** A signal that we did not send. */
        SIGNAL,
        /** It used up its CPU time. */
        CPU_TIME,
        /** It ran too long. */
        WALL_TIME,
        /** It used too much memory. */
        MEMORY,
        /** It wrote far more than is kept. */
        OUTPUT,
        /** A file became too large. */
        FILE_SIZE,
        /** It filled the folders that it may write to. */
        DISK,
        /** It started too many processes. */
        PROCESSES,
        /** The call was cancelled: its agent was terminated. */
        CANCELLED,
        /** A grant behind it was revoked. */
        REVOKED
    }

    /** Checks that nothing is missing, and copies the list. */
    public SandboxResult {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(stdout, "stdout");
        Objects.requireNonNull(stderr, "stderr");
        Objects.requireNonNull(wallTime, "wallTime");
        Objects.requireNonNull(usage, "usage");
        violations = List.copyOf(violations);
        Objects.requireNonNull(confinement, "confinement");
        Objects.requireNonNull(traffic, "traffic");
    }

    /**
     * What a process and everything that it started used, as far as the machine tells.
     *
     * @param cpuTime user and system time
     * @param peakMemoryBytes the most memory at once: of all together where a control group counts, else of the largest
     */
    public record Usage(Duration cpuTime, long peakMemoryBytes) {
        /** Nothing, or nothing known. */
        public static final Usage UNKNOWN = new Usage(Duration.ZERO, 0);

        /** Checks that there is a time. */
        public Usage {
            Objects.requireNonNull(cpuTime, "cpuTime");
        }
    }

    /**
     * A system call that was denied, or a connection that an {@link Egress} refused.
     *
     * @param call its name, as {@code ptrace}; {@code connect} for a connection
     * @param detail what it was about, as far as its arguments say; empty for most
     * @param process who made it; 0 if that is not known
     * @param program the name of what that process executed
     */
    public record Violation(String call, String detail, long process, String program) {
        /** Checks that nothing is missing. */
        public Violation {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(detail, "detail");
            Objects.requireNonNull(program, "program");
        }
    }

    /**
     * What went to hosts and came from them through an {@link Egress}.
     *
     * @param peers by host and port, in the order of the first connection; beyond 64 of them, all others are in one that is
     *     named {@code …}
     * @param refused how many connections were refused, those that are no violations any more included
     */
    public record Traffic(List<Peer> peers, long refused) {
        /** Nothing. */
        public static final Traffic NONE = new Traffic(List.of(), 0);

        /** Copies the list. */
        public Traffic {
            peers = List.copyOf(peers);
        }

        /** {@return how many connections were allowed} */
        public long connections() {
            return peers.stream().mapToLong(Peer::connections).sum();
        }
    }

    /**
     * One host and port that was connected to.
     *
     * @param name {@code api.example.com:443}
     * @param connections how often
     * @param sentBytes what went there, as the process wrote it, with what frames it
     * @param receivedBytes what came from there
     */
    public record Peer(String name, long connections, long sentBytes, long receivedBytes) {
        /** Checks that there is a name. */
        public Peer {
            Objects.requireNonNull(name, "name");
        }
    }

    /** Takes no traffic. */
    public SandboxResult(
            Cause cause,
            int exitCode,
            CapturedOutput stdout,
            CapturedOutput stderr,
            Duration wallTime,
            Usage usage,
            List<Violation> violations,
            Confinement confinement) {
        this(cause, exitCode, stdout, stderr, wallTime, usage, violations, confinement, Traffic.NONE);
    }

    /** Takes no usage. */
    public SandboxResult(
            Cause cause,
            int exitCode,
            CapturedOutput stdout,
            CapturedOutput stderr,
            Duration wallTime,
            Confinement confinement) {
        this(cause, exitCode, stdout, stderr, wallTime, Usage.UNKNOWN, List.of(), confinement);
    }

    /**
     * One output of a process.
     *
     * @param text what was kept; bytes that are no UTF-8 are replaced, and a line {@code [… n bytes left out …]} stands
     *     where the middle was dropped
     * @param total how many bytes it wrote
     */
    public record CapturedOutput(String text, long total) {
        /** Checks that there is a text. */
        public CapturedOutput {
            Objects.requireNonNull(text, "text");
        }
    }
}
