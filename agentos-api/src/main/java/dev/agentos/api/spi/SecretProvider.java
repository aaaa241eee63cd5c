package dev.agentos.api.spi;

import java.util.Optional;

/**
 * Knows secrets by name: a vault, or the host itself. Asked each time a tool is called with a reference to a secret, on the
 * thread of that call, so that a secret that was changed is seen at once. Thread-safe.
 *
 * @since 0.3
 */
@FunctionalInterface
public interface SecretProvider {
    /**
     * Returns a secret.
     *
     * @param name as in {@code secret:desk/api-key}, without the {@code secret:}
     * @return empty if it knows none of that name; the next provider is asked
     * @throws dev.agentos.api.error.SecretException if it knows it and cannot give it. Of any other exception only the class
     *     is told, since its message might say too much
     */
    Optional<String> resolve(String name);
}
