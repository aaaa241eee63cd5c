package dev.agentos.api.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * How a process ended.
 *
 * @param cause what ended it
 * @param exitCode its exit code; for a signal, 128 and the number of the signal
 * @param stdout what was kept of its output, with a marker where bytes were left out
 * @param stderr what was kept of its error output
 * @param wallTime how long it ran
 * @param confinement how it was confined
 * @since 0.1
 */
public record SandboxResult(
        Cause cause,
        int exitCode,
        CapturedOutput stdout,
        CapturedOutput stderr,
        Duration wallTime,
        Confinement confinement) {
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
        /** The call was cancelled: its agent was terminated. */
        CANCELLED,
        /** A grant behind it was revoked. */
        REVOKED
    }

    /** Checks that nothing is missing. */
    public SandboxResult {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(stdout, "stdout");
        Objects.requireNonNull(stderr, "stderr");
        Objects.requireNonNull(wallTime, "wallTime");
        Objects.requireNonNull(confinement, "confinement");
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
