package dev.agentos.security;

import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.TimeSource;
import java.util.function.LongSupplier;

/**
 * Makes authorities that keep their grants as objects of this process. Chosen by the name {@code local}.
 *
 * @since 0.1
 */
public final class LocalAuthorityProvider implements AuthorityProvider {
    /** For ServiceLoader. */
    public LocalAuthorityProvider() {}

    @Override
    public String name() {
        return "local";
    }

    @Override
    public Authority open(TimeSource time, LongSupplier numbers) {
        return new LocalAuthority(time, numbers);
    }
}
