package dev.agentos.security.sandbox.linux;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxProvider;

/**
 * Makes sandboxes in which the Linux kernel confines each process: level {@code PROCESS_SANDBOX}. Chosen by the name
 * {@code linux}; on any other system nothing can be opened.
 *
 * <p>A process may read and execute what belongs to the system ({@code /usr}, libraries, a few settings and harmless
 * devices) and to its program, and otherwise exactly what its {@linkplain dev.agentos.api.spi.SandboxPlan plan} says. It
 * has no network unless the plan has one, no capabilities even as root, no descriptors but its three streams, no terminal,
 * a session of its own, and a filter that denies the system calls by which processes reach each other, the machine or the
 * kernel. It cannot signal a process outside. What it starts is as confined as it is, and ends with it, where the machine
 * gives control groups; else results say {@code DEGRADED(TREE_KILL)}.
 *
 * <p>Not covered: {@code stat}, {@code chmod}, {@code chown}, {@code utime} and extended attributes of files of the same
 * user, by path; the folder {@code /proc} is hidden, but not by a namespace.
 *
 * @since 0.3
 */
public final class LinuxSandboxProvider implements SandboxProvider {
    /** For ServiceLoader. */
    public LinuxSandboxProvider() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public Sandbox open() {
        return LinuxSandbox.open(Architecture.current()
                .orElseThrow(() -> new SandboxException(
                        "the sandbox 'linux' needs Linux on x86-64 or aarch64, not " + System.getProperty("os.name")
                                + " on " + System.getProperty("os.arch")
                                + "; the sandbox 'none' runs processes unconfined, if that is what you want",
                        null)));
    }
}
