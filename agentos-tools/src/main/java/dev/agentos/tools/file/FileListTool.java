package dev.agentos.tools.file;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.tools.file.DirectoryLister.Entry;
import dev.agentos.tools.input.InputSchema;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code file.list}: names in one directory. */
final class FileListTool extends FileTool {
    private static final int DEFAULT_ENTRIES = 1_000;
    private static final int MAX_ENTRIES = 10_000;

    FileListTool(FileWorkers workers) {
        super(
                new ToolSpec(
                        "file.list",
                        "1",
                        "Lists the names in a directory, sorted, with type and size. Needs the right file:<path> read.",
                        new InputSchema()
                                .text("path", "Absolute path of the directory.")
                                .required()
                                .number("maxEntries", "How many names to give, 1000 unless given.", 1, MAX_ENTRIES)
                                .build(),
                        Effect.READ_ONLY,
                        Set.of(),
                        ToolSpec.DEFAULT_TIMEOUT),
                "read",
                workers);
    }

    @Override
    ToolResult perform(Permitted call) {
        int max = (int) call.arguments().number("maxEntries", DEFAULT_ENTRIES, 1, MAX_ENTRIES);
        DirectoryLister.Listing listing = new DirectoryLister(call.root()).list(call.path(), max);
        var value = JsonObject.builder()
                .put("path", call.path().toString())
                .put(
                        "entries",
                        listing.entries().stream().map(FileListTool::json).toList())
                .put("total", listing.total())
                .put("unaddressable", listing.unaddressable())
                .put("truncated", listing.truncated())
                .build();
        return new ToolResult.Ok(text(listing), value, Confinement.NONE);
    }

    private static JsonObject json(Entry entry) {
        return JsonObject.builder()
                .put("name", entry.name())
                .put("type", type(entry))
                .put("size", entry.size())
                .build();
    }

    private static String type(Entry entry) {
        return switch (entry.type()) {
            case FILE -> "file";
            case DIRECTORY -> "directory";
            case SYMBOLIC_LINK -> "link";
            case OTHER -> "other";
        };
    }

    private static String text(DirectoryLister.Listing listing) {
        String names = listing.entries().stream()
                .map(entry -> entry.name() + (entry.type() == FileStatus.Type.DIRECTORY ? "/" : ""))
                .collect(Collectors.joining("\n"));
        int left = listing.total() - listing.entries().size();
        return left == 0 ? names : names + "\n[… " + left + " more …]";
    }
}
