package dev.agentos.api.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * How much of the machine a process and everything that it starts may use. Where a machine cannot limit all of them
 * together, {@code memoryBytes} holds for each, and the result says {@code DEGRADED(MEMORY)}.
 *
 * @param wallTime how long it may run
 * @param cpuTime how much CPU time it may use
 * @param memoryBytes how much memory it may use
 * @param processes how many processes and threads there may be at once
 * @param fileBytes how large a file may become
 * @param openFiles how many files a process may have open
 * @param diskBytes by how much the folders that it may write to may grow
 * @param maxOutput how many bytes of each of its outputs are kept, half from the start and half from the end; 64 times as
 *     many end it
 * @since 0.3
 */
public record SandboxLimits(
        Duration wallTime,
        Duration cpuTime,
        long memoryBytes,
        int processes,
        long fileBytes,
        int openFiles,
        long diskBytes,
        int maxOutput) {
    /** 30 s, 60 s of CPU, 1 GiB, 128 processes, 256 MiB a file, 256 files, 1 GiB of disk, 64 KiB of output. */
    public static final SandboxLimits DEFAULT = new SandboxLimits(
            Duration.ofSeconds(30), Duration.ofSeconds(60), 1L << 30, 128, 256L << 20, 256, 1L << 30, 64 * 1024);

    /** Checks that all are positive. */
    public SandboxLimits {
        Objects.requireNonNull(wallTime, "wallTime");
        Objects.requireNonNull(cpuTime, "cpuTime");
        if (!wallTime.isPositive() || maxOutput < 1) {
            throw new IllegalArgumentException("wall time and output must be positive: " + wallTime + ", " + maxOutput);
        }
        if (!cpuTime.isPositive()) {
            throw new IllegalArgumentException("CPU time must be positive: " + cpuTime);
        }
        if (memoryBytes < 1 || processes < 1 || fileBytes < 1 || openFiles < 1 || diskBytes < 1) {
            throw new IllegalArgumentException("limits must be positive: memory " + memoryBytes + ", processes "
                    + processes + ", file " + fileBytes + ", open files " + openFiles + ", disk " + diskBytes);
        }
    }

    /** {@return a builder that begins with {@link #DEFAULT}} */
    public static Builder builder() {
        return new Builder(DEFAULT);
    }

    /** {@return a builder that begins with these} */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Collects limits. Not thread-safe. */
    public static final class Builder {
        private Duration wallTime;
        private Duration cpuTime;
        private long memoryBytes;
        private int processes;
        private long fileBytes;
        private int openFiles;
        private long diskBytes;
        private int maxOutput;

        private Builder(SandboxLimits from) {
            this.wallTime = from.wallTime;
            this.cpuTime = from.cpuTime;
            this.memoryBytes = from.memoryBytes;
            this.processes = from.processes;
            this.fileBytes = from.fileBytes;
            this.openFiles = from.openFiles;
            this.diskBytes = from.diskBytes;
            this.maxOutput = from.maxOutput;
        }

        /** How long it may run. */
        public Builder wallTime(Duration limit) {
            wallTime = limit;
            return this;
        }

        /** How much CPU time all its processes may use. */
        public Builder cpuTime(Duration limit) {
            cpuTime = limit;
            return this;
        }

        /** How much memory it may use. */
        public Builder memoryBytes(long limit) {
            memoryBytes = limit;
            return this;
        }

        /** How many processes and threads there may be at once. */
        public Builder processes(int limit) {
            processes = limit;
            return this;
        }

        /** How large a file may become. */
        public Builder fileBytes(long limit) {
            fileBytes = limit;
            return this;
        }

        /** How many files a process may have open. */
        public Builder openFiles(int limit) {
            openFiles = limit;
            return this;
        }

        /** By how much the folders that it may write to may grow. */
        public Builder diskBytes(long limit) {
            diskBytes = limit;
            return this;
        }

        /** How many bytes of each output are kept. */
        public Builder maxOutput(int limit) {
            maxOutput = limit;
            return this;
        }

        /**
         * {@return the limits}
         *
         * @throws IllegalArgumentException if one is not positive
         */
        public SandboxLimits build() {
            return new SandboxLimits(
                    wallTime, cpuTime, memoryBytes, processes, fileBytes, openFiles, diskBytes, maxOutput);
        }
    }
}
