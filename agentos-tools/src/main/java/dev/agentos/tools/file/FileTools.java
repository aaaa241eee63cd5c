package dev.agentos.tools.file;

import dev.agentos.api.tool.Tool;
import java.util.List;

/** The file tools of one runtime. */
public final class FileTools {
    private FileTools() {}

    /** {@return the tools; they share a few platform threads, which closing any of them ends} */
    public static List<Tool> open() {
        var workers = new FileWorkers();
        return List.of(
                new FileReadTool(workers),
                new FileWriteTool(workers),
                new FileListTool(workers),
                new FileDeleteTool(workers));
    }
}
