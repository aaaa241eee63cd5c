package dev.agentos.tools.file;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.tools.input.Arguments;
import java.util.List;
import java.util.Objects;

/**
 * What the file tools have in common: the right they need, and the root that they open for it.
 *
 * <p>Describing looks at the text of the path only. Performing opens the directory that the right names, without
 * following links, and everything else relative to that.
 */
abstract sealed class FileTool implements Tool, AutoCloseable
        permits FileReadTool, FileWriteTool, FileListTool, FileDeleteTool {
    private final ToolSpec spec;
    private final String verb;
    private final FileWorkers workers;

    FileTool(ToolSpec spec, String verb, FileWorkers workers) {
        this.spec = spec;
        this.verb = verb;
        this.workers = workers;
    }

    /** One call whose action was allowed. */
    record Permitted(FileRoot root, FilePath path, Arguments arguments) {}

    /** Performs the call on a platform thread. */
    abstract ToolResult perform(Permitted call);

    /** Adds what the tool wants recorded beside the path. */
    Action attributes(Action action, Arguments arguments) {
        return action;
    }

    @Override
    public final ToolSpec spec() {
        return spec;
    }

    @Override
    public final List<Action> describe(ToolCall call) {
        return List.of(action(new Arguments(call.arguments())));
    }

    @Override
    public final boolean isCallableWith(Capability capability) {
        return capability.type().equals("file") && capability.verbs().contains(verb);
    }

    private Action action(Arguments arguments) {
        try {
            return attributes(Action.of("file:" + path(arguments), verb), arguments);
        } catch (FileRefusedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static FilePath path(Arguments arguments) {
        return FilePath.parse(arguments.text("path"));
    }

    @Override
    public final ToolResult invoke(ToolCall call, ToolContext context) {
        var arguments = new Arguments(call.arguments());
        Capability right = context.allowedBy(action(arguments));
        FilePath path = path(arguments);
        try {
            return workers.call(() -> {
                try (FileRoot root = FileRoot.open(root(right, path), FileRules.DEFAULT)) {
                    return perform(new Permitted(root, path, arguments));
                }
            });
        } catch (FileRefusedException e) {
            return new ToolResult.Failed(Objects.requireNonNullElse(e.getMessage(), "failed"), e.code());
        }
    }

    /** The directory that a right is about: the literal beginning of its pattern, or the file's own directory. */
    private static FilePath root(Capability right, FilePath path) {
        if (right.isExact()) {
            return path.parent().orElse(path);
        }
        String base = right.base();
        return FilePath.parse(base.isEmpty() ? "/" : base);
    }

    @Override
    public final void close() {
        workers.close();
    }
}
