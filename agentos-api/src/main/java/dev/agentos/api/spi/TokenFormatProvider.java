package dev.agentos.api.spi;

/**
 * Opens formats of signed tokens.
 *
 * @since 0.3
 */
public interface TokenFormatProvider extends NamedProvider {
    /** {@return a format} It has nothing to close. */
    TokenFormat open();
}
