package dev.agentos.api.spi;

import dev.agentos.api.security.AccessPolicy;
import java.nio.file.Path;

/**
 * Reads policies from files. Thread-safe.
 *
 * @since 0.3
 */
public interface PolicyFileProvider extends NamedProvider {
    /**
     * Reads one file.
     *
     * @throws dev.agentos.api.error.InvalidSpecException naming file, line, field, and what was expected
     */
    AccessPolicy read(Path file);
}
