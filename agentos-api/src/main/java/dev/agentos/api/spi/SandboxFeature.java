package dev.agentos.api.spi;

import java.util.Objects;

/**
 * One thing that a sandbox needs of a machine: whether it is there, and how to get it.
 *
 * @param name stable, as it stands in {@link Confinement#degraded()}: one of the constants, or a provider's own
 * @param present whether this machine offers it
 * @param means what enforces it, or would: {@code "Landlock ABI 7"}
 * @param remedy what to do to get it; empty if it is there
 * @since 0.3
 */
public record SandboxFeature(String name, boolean present, String means, String remedy) {
    /** Files and folders outside the plan cannot be opened. */
    public static final String FILE_SYSTEM = "FILE_SYSTEM";
    /** Ports outside the plan cannot be reached, and no address if the plan has none. */
    public static final String NETWORK = "NETWORK";
    /** Dangerous system calls fail. */
    public static final String SYSTEM_CALLS = "SYSTEM_CALLS";
    /** Processes outside the sandbox cannot be signalled or reached by abstract sockets. */
    public static final String SIGNALS = "SIGNALS";
    /** Everything that was started ends with the process, wherever it hides. */
    public static final String TREE_KILL = "TREE_KILL";
    /** The number of processes is limited for all of them together. */
    public static final String PIDS = "PIDS";
    /** Memory is limited for all processes together, not for each alone. */
    public static final String MEMORY = "MEMORY";
    /** Processes end when this JVM is killed. */
    public static final String HOST_DEATH = "HOST_DEATH";
    /** The process has a session of its own, so that no terminal is shared with it. */
    public static final String SESSION = "SESSION";
    /**
     * Processes reach single hosts through a proxy that holds them to their rights. Where it is missing, a plan leaves these
     * rights out: no process gets more for that, and none is kept from starting.
     */
    public static final String EGRESS = "EGRESS";

    /** Checks that nothing is missing. */
    public SandboxFeature {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(means, "means");
        Objects.requireNonNull(remedy, "remedy");
    }
}
