package dev.agentos.tools.file;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.tools.input.InputSchema;
import java.util.Set;

/** {@code file.delete}: removes one file or one empty directory. */
final class FileDeleteTool extends FileTool {
    FileDeleteTool(FileWorkers workers) {
        super(
                new ToolSpec(
                        "file.delete",
                        "1",
                        "Deletes a regular file or an empty directory. Needs the right file:<path> delete.",
                        new InputSchema()
                                .text("path", "Absolute path, without '.', '..' or a trailing slash.")
                                .required()
                                .build(),
                        Effect.EFFECT,
                        Set.of(),
                        ToolSpec.DEFAULT_TIMEOUT),
                "delete",
                workers);
    }

    @Override
    ToolResult perform(Permitted call) {
        new FileWriter(call.root()).delete(call.path());
        var value = JsonObject.builder().put("path", call.path().toString()).build();
        return new ToolResult.Ok("deleted " + call.path(), value, Confinement.NONE);
    }
}
