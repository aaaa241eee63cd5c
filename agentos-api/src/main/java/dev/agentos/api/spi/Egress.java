package dev.agentos.api.spi;

import java.util.List;

/**
 * The way out of one process. Thread-safe.
 *
 * @since 0.3
 */
public interface Egress extends AutoCloseable {
    /** {@return what went through so far; complete once it is closed} */
    SandboxResult.Traffic traffic();

    /** {@return what was refused so far, the first 64 of it: {@code host:port} and why} */
    List<String> refusals();

    /** Ends all connections and lets in no other. Again: nothing happens. */
    @Override
    void close();
}
