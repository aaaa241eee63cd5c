package dev.agentos.tools;

import dev.agentos.api.spi.ToolSetProvider;
import dev.agentos.api.tool.Tool;
import dev.agentos.tools.file.FileTools;
import dev.agentos.tools.http.HttpRequestTool;
import dev.agentos.tools.shell.ShellTool;
import java.util.List;
import java.util.stream.Stream;

/** Brings {@code file.*}, {@code http.request} and {@code shell.execute}. */
public final class StandardToolSetProvider implements ToolSetProvider {
    /** Does nothing. */
    public StandardToolSetProvider() {}

    @Override
    public String name() {
        return "standard";
    }

    @Override
    public List<Tool> open() {
        return Stream.concat(FileTools.open().stream(), Stream.of(HttpRequestTool.open(), ShellTool.open()))
                .toList();
    }
}
