package dev.agentos.security.sandbox.linux;

import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.SandboxResult.Usage;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts what a process and all that it starts use, as well as the machine can, and says what is too much. Used by one thread. */
final class Accounts {
    /** A look at all processes may take one part in so many of a processor. */
    private static final long MOST_IDLE = 50;

    private final SandboxLimits limits;
    private final @Nullable ControlGroup group;
    private final boolean groupCountsMemory;
    private final long session;
    /** What the kernel may report as the peak of a process that did nothing: it was born with the memory of this JVM. */
    private final long inherited;

    private long cpuNanos;
    private long memory;
    private long nextSample;

    Accounts(SandboxLimits limits, Launch.Launched process, boolean groupCountsMemory) {
        this.limits = limits;
        this.group = process.group();
        this.groupCountsMemory = groupCountsMemory;
        this.session = process.pid();
        this.inherited = groupCountsMemory ? Long.MAX_VALUE : peakOfThisJvm();
    }

    private static long peakOfThisJvm() {
        return ControlGroups.read(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    /** Looks, and returns what is used up; null if nothing is. */
    @Nullable
    Cause look() {
        ControlGroup counted = group;
        if (counted != null) {
            cpuNanos = Math.max(cpuNanos, counted.cpuNanos());
            if (groupCountsMemory && counted.ranOutOfMemory()) {
                return Cause.MEMORY;
            }
        }
        if (counted == null || !groupCountsMemory) {
            return sample();
        }
        return cpuIsUsedUp() ? Cause.CPU_TIME : null;
    }

    /** Looks at every process of the machine, so not more often than it can be afforded. */
    private @Nullable Cause sample() {
        long began = System.nanoTime();
        if (nextSample == 0 || began - nextSample >= 0) {
            SessionUse use = SessionUse.of(session);
            long took = System.nanoTime() - began;
            nextSample = began + MOST_IDLE * took;
            cpuNanos = Math.max(cpuNanos, use.cpuNanos());
            memory = Math.max(memory, use.memoryBytes());
            if (use.memoryBytes() > limits.memoryBytes()) {
                return Cause.MEMORY;
            }
            if (use.tasks() > limits.processes()) {
                return Cause.PROCESSES;
            }
        }
        return cpuIsUsedUp() ? Cause.CPU_TIME : null;
    }

    private boolean cpuIsUsedUp() {
        return Duration.ofNanos(cpuNanos).compareTo(limits.cpuTime()) >= 0;
    }

    /** Takes the last numbers, when nobody lives any more and the groups are still there. */
    void close(long cpuOfCollected, long peakOfLargest) {
        cpuNanos = Math.max(cpuNanos, cpuOfCollected);
        if (peakOfLargest > inherited) {
            memory = Math.max(memory, peakOfLargest);
        }
        ControlGroup counted = group;
        if (counted != null) {
            cpuNanos = Math.max(cpuNanos, counted.cpuNanos());
            if (groupCountsMemory) {
                memory = Math.max(memory, counted.peakMemory());
            }
        }
    }

    /** {@return whether want of memory is why it ended: the kernel killed for it, or an allocation failed at its limit} */
    boolean isOutOfMemory(boolean failed) {
        ControlGroup counted = group;
        if (counted != null && groupCountsMemory) {
            return counted.ranOutOfMemory();
        }
        return failed && memory >= limits.memoryBytes() - limits.memoryBytes() / 10;
    }

    /** {@return whether CPU time is why it ended, since the kernel counts whole seconds} */
    boolean isOutOfCpu() {
        return cpuIsUsedUp();
    }

    Usage usage() {
        return new Usage(Duration.ofNanos(cpuNanos), memory);
    }
}
