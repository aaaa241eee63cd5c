package dev.agentos.api.spi;

import dev.agentos.api.tool.Tool;
import java.util.List;

/**
 * Brings tools that every runtime has.
 *
 * @since 0.1
 */
public interface ToolSetProvider extends NamedProvider {
    /** {@return the tools; called once for each runtime, which closes those that are {@link AutoCloseable}} */
    List<Tool> open();
}
