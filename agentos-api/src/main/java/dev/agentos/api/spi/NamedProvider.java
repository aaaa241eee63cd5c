package dev.agentos.api.spi;

/**
 * What ServiceLoader finds. Implementations have a public constructor without arguments and without side effects.
 *
 * @since 0.1
 */
public interface NamedProvider {
    /** {@return the name that it is chosen by} */
    String name();
}
