package dev.agentos.api.spi;

import dev.agentos.api.token.SigningKey;
import java.util.Map;

/**
 * Opens keys that sign: from a file, or in hardware.
 *
 * @since 0.3
 */
public interface SigningKeyProvider extends NamedProvider {
    /**
     * Opens a key.
     *
     * @param settings what the provider says that it needs; nothing else
     * @return the key, which the caller closes
     * @throws IllegalArgumentException if a setting is missing, unknown or wrong, naming it
     * @throws IllegalStateException if the key cannot be had, saying why
     */
    SigningKey open(Map<String, String> settings);
}
