package dev.agentos.biscuit;

import dev.agentos.api.spi.TokenFormat;
import dev.agentos.api.spi.TokenFormatProvider;

/**
 * Opens the format of Biscuit tokens. Chosen by the name {@code biscuit}.
 *
 * @since 0.3
 */
public final class BiscuitTokenFormatProvider implements TokenFormatProvider {
    /** For ServiceLoader. */
    public BiscuitTokenFormatProvider() {}

    @Override
    public String name() {
        return "biscuit";
    }

    @Override
    public TokenFormat open() {
        return new BiscuitTokenFormat();
    }
}
