package dev.agentos.tools.file;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.tools.input.Arguments;
import dev.agentos.tools.input.InputSchema;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code file.write}: puts text or bytes into a regular file, all or nothing. */
final class FileWriteTool extends FileTool {
    FileWriteTool(FileWorkers workers) {
        super(
                new ToolSpec(
                        "file.write",
                        "1",
                        "Writes a regular file, replacing what was there in one step. Needs the right file:<path>"
                                + " write.",
                        new InputSchema()
                                .text("path", "Absolute path, without '.', '..' or a trailing slash.")
                                .required()
                                .text("content", "The text to write. Either this or base64.")
                                .text("base64", "The bytes to write.")
                                .choice(
                                        "mode",
                                        "create fails if the file exists; replace, unless given; append adds to its"
                                                + " end.",
                                        List.of("create", "replace", "append"))
                                .flag("parents", "Whether to make missing directories.")
                                .build(),
                        Effect.EFFECT,
                        Set.of("bytes", "mode"),
                        ToolSpec.DEFAULT_TIMEOUT),
                "write",
                workers);
    }

    @Override
    Action attributes(Action action, Arguments arguments) {
        return action.with("bytes", content(arguments).length)
                .with("mode", mode(arguments).name().toLowerCase(Locale.ROOT));
    }

    @Override
    ToolResult perform(Permitted call) {
        byte[] content = content(call.arguments());
        FileWriter.Receipt receipt = new FileWriter(call.root())
                .write(
                        call.path(),
                        content,
                        mode(call.arguments()),
                        call.arguments().flag("parents"));
        var value = JsonObject.builder()
                .put("path", call.path().toString())
                .put("bytes", content.length)
                .put("created", receipt.created())
                .put("inode", receipt.inode().toString())
                .build();
        String what = receipt.created() ? "created " : "changed ";
        return new ToolResult.Ok(what + call.path() + ", wrote " + content.length + " bytes", value, Confinement.NONE);
    }

    private static byte[] content(Arguments arguments) {
        if (arguments.has("content") == arguments.has("base64")) {
            throw new IllegalArgumentException("either 'content' or 'base64' says what to write");
        }
        return arguments.has("content")
                ? arguments.text("content").getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(arguments.text("base64"));
    }

    private static FileWriter.Mode mode(Arguments arguments) {
        String text = arguments.text("mode", "replace");
        return switch (text) {
            case "create" -> FileWriter.Mode.CREATE;
            case "replace" -> FileWriter.Mode.REPLACE;
            case "append" -> FileWriter.Mode.APPEND;
            default -> throw new IllegalArgumentException("the mode is create, replace or append, not '" + text + "'");
        };
    }
}
