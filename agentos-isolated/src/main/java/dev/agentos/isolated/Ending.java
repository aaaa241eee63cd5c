package dev.agentos.isolated;

import dev.agentos.api.ProcessLimits;
import dev.agentos.api.error.IsolatedAgentException;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.spi.SandboxResult;

/** Says why a process that ended before its time did. */
final class Ending {
    /** How a JVM ends that was told to when it runs out of memory. */
    private static final int OUT_OF_MEMORY = 3;

    private static final String SAYS_SO = "Terminating due to java.lang.OutOfMemoryError";

    private Ending() {}

    static IsolatedAgentException of(SandboxResult result, ProcessLimits limits) {
        int code = result.exitCode();
        return switch (result.cause()) {
            case EXIT ->
                code == OUT_OF_MEMORY && result.stderr().text().contains(SAYS_SO)
                        ? ended(Reason.MEMORY, "found no more memory: its heap is " + mib(limits) + " MiB")
                        : ended(Reason.EXITED, "exited with code " + code + " before its life was over");
            case SIGNAL -> ended(Reason.SIGNAL, "was ended by signal " + (code - 128));
            case CPU_TIME -> ended(Reason.CPU_TIME, "used up its CPU time, " + limits.cpuTime());
            case MEMORY -> ended(Reason.MEMORY, "used too much memory: beside its heap of " + mib(limits) + " MiB too");
            case OUTPUT -> ended(Reason.OUTPUT, "printed far more than is kept");
            case PROCESSES -> ended(Reason.PROCESSES, "started too many threads or processes");
            case FILE_SIZE -> ended(Reason.DISK, "wrote too large a file");
            case DISK -> ended(Reason.DISK, "filled the folders that it may write to");
            case REVOKED -> ended(Reason.REVOKED, "was ended because a right behind it was revoked, or expired");
            case CANCELLED, WALL_TIME -> ended(Reason.CANCELLED, "was ended from outside");
        };
    }

    private static long mib(ProcessLimits limits) {
        return limits.heapBytes() >> 20;
    }

    private static IsolatedAgentException ended(Reason reason, String what) {
        return new IsolatedAgentException(reason, "the process of the agent " + what);
    }
}
