package dev.agentos.tools;

import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.ToolScannerProvider;
import dev.agentos.api.tool.Tool;
import dev.agentos.tools.annotated.AnnotatedTools;
import java.util.List;

/** Makes tools of annotated methods by reflection. */
public final class AnnotatedToolScannerProvider implements ToolScannerProvider {
    /** Does nothing. */
    public AnnotatedToolScannerProvider() {}

    @Override
    public String name() {
        return "annotated";
    }

    @Override
    public List<Tool> toolsOf(String prefix, Object annotated, JsonProvider json) {
        return AnnotatedTools.of(prefix, annotated, json);
    }
}
