package dev.agentos.api.spi;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;

/**
 * Lets processes that have no network of their own reach the hosts that their rights name. A sandbox that can put a process
 * where there is no network asks for it; it is found by ServiceLoader, and there is one.
 *
 * @since 0.3
 */
public interface EgressProvider extends NamedProvider {
    /**
     * Returns why it cannot hold a process to a right, one sentence for people; empty if it can. What it cannot hold a process
     * to, no process gets.
     *
     * @param right of the type {@code net}, without constraints but {@code expires} and {@code depth}
     */
    Optional<String> hindrance(Capability right);

    /**
     * Returns the way out of one process, which is open until it is closed.
     *
     * @param door where the process's connections come in, bound and blocking; closed with the egress
     * @param rights what it is held to, at each moment by those that still hold
     */
    Egress open(ServerSocketChannel door, List<Grant> rights);
}
