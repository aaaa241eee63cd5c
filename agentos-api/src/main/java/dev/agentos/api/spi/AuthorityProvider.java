package dev.agentos.api.spi;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes authorities over capabilities.
 *
 * @since 0.1
 */
public interface AuthorityProvider extends NamedProvider {
    /** {@return an authority of its own for one runtime, whose grants are numbered from 1} */
    default Authority open(TimeSource time) {
        return open(time, new AtomicLong()::incrementAndGet);
    }

    /**
     * Opens an authority.
     *
     * @param numbers gives each grant its number, none twice; called by any thread
     */
    Authority open(TimeSource time, LongSupplier numbers);
}
