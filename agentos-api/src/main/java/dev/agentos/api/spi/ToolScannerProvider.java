package dev.agentos.api.spi;

import dev.agentos.api.tool.Tool;
import java.util.List;

/**
 * Makes tools of the annotated methods of an object.
 *
 * @since 0.1
 */
public interface ToolScannerProvider extends NamedProvider {
    /**
     * Returns one tool for each {@code @ToolMethod}.
     *
     * @throws IllegalArgumentException if there is none, two share a name, or a parameter's type is not supported
     */
    List<Tool> toolsOf(String prefix, Object annotated, JsonProvider json);
}
