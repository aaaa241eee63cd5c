package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxProvider;

/**
 * Makes sandboxes in which bubblewrap puts each process into namespaces of its own: level {@code EXTERNAL}. Chosen by the
 * name {@code bubblewrap}. Where bubblewrap is not installed or may not make namespaces, a sandbox opens, says by its
 * {@linkplain Sandbox#features() features} what is missing, and starts nothing.
 *
 * <p>A process sees the system's programs and libraries, its own program, and what its plan says; nothing else has a name
 * for it. It sees no other processes, has no network of its own unless the plan has all of it, no capabilities even as root, cannot
 * make namespaces, and runs under the filter of system calls of the sandbox {@code linux}. All that it started ends with it
 * and with this JVM. Programs find no {@code /proc}, unless {@code file:/proc/** read,list} is granted: then they get a new
 * one, with their own processes only.
 *
 * <p>A mount is coarser than a grant, so that less is handed on: who may read a folder but not list it gets nothing; who
 * may write but not delete may read. What may be read may also be executed, as whoever reads a file can do anyway.
 *
 * <p>Rights to single hosts and ports reach a process where there are {@code perl} and an
 * {@linkplain dev.agentos.api.spi.EgressProvider egress} (feature {@code EGRESS}): in its network namespace there is then a proxy
 * at {@code 127.0.0.1:3128}, which {@code http_proxy} and its kin name, and nothing else. What the egress refuses is reported as
 * a violation {@code connect}; what went through is in the {@linkplain dev.agentos.api.spi.SandboxResult#traffic() result}.
 *
 * <p>In folders that may be written to, what programs of people read and obey stays read-only: {@code .git/config},
 * {@code .git/hooks}, {@code .envrc}, {@code .vscode} and the like, five folders deep. Where one of them did not exist, it
 * cannot be protected; one that exists when the process has ended is reported as a violation {@code persist}. In a folder
 * with more than 5,000 folders not all are looked at: {@code DEGRADED(PERSISTENCE)}.
 *
 * <p>Between the look at a path for symbolic links and its mount, whoever may write to the folder above it could exchange
 * it: do not grant to one agent what lies in a folder that another one writes to. Run as root, a process owns the five
 * devices that it sees ({@code /dev/null} and the like), and may change their modes: run agents as another user.
 *
 * @since 0.3
 */
public final class BubblewrapSandboxProvider implements SandboxProvider {
    /** For ServiceLoader. */
    public BubblewrapSandboxProvider() {}

    @Override
    public String name() {
        return "bubblewrap";
    }

    @Override
    public Sandbox open() {
        return BubblewrapSandbox.open();
    }
}
