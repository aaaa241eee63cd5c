package dev.agentos.api.spi;

/**
 * Makes authorities over capabilities.
 *
 * @since 0.1
 */
public interface AuthorityProvider extends NamedProvider {
    /** {@return an authority of its own for one runtime} */
    Authority open(TimeSource time);
}
