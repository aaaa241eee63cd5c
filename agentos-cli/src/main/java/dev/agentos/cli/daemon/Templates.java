package dev.agentos.cli.daemon;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Restart;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Recall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The agents that every daemon can spawn without a file. */
final class Templates {
    private static final String TOOL = "shell.execute";
    /** What the tool keeps at most. */
    private static final int MAX_OUTPUT = 1024 * 1024;
    /** Hits of a question that names no limit. */
    private static final int RECALLED = 5;

    private Templates() {}

    static AgentOS.Builder addTo(AgentOS.Builder builder) {
        return builder.template("echo", Templates::echo)
                .template("shell", Templates::shell)
                .template("clerk", Templates::clerk)
                .template("recall", Templates::recall);
    }

    /** Lives until it is stopped and logs each message. */
    private static AgentSpec echo(Map<String, ?> params) {
        onlyKnown(params, Set.of());
        return AgentSpec.builder("echo")
                .onMessage((message, ctx) -> ctx.log("{}", message.payload()))
                .build();
    }

    /** Does what messages tell it. What it may not do, or does not understand, is that message's failure and not its end. */
    private static AgentSpec clerk(Map<String, ?> params) {
        onlyKnown(params, Set.of());
        return AgentSpec.builder("clerk")
                .reactive(Clerk::new)
                .restart(Restart.resume())
                .build();
    }

    /** Puts one question to a memory and completes with what it finds. */
    private static AgentSpec recall(Map<String, ?> params) {
        onlyKnown(params, Set.of("args", "in", "limit"));
        if (!(params.get("args") instanceof List<?> words)
                || words.isEmpty()
                || !(params.get("in") instanceof String namespace)) {
            throw new IllegalArgumentException("it looks for the words after -- in a namespace, as in:"
                    + " agent-os spawn recall --wait --set in=shared/lab -- boiling point");
        }
        Object limit = params.containsKey("limit") ? params.get("limit") : RECALLED;
        if (!(limit instanceof Integer most)) {
            throw new IllegalArgumentException("'limit' is a whole number: " + limit);
        }
        var question = Recall.of(words.stream().map(String::valueOf).collect(Collectors.joining(" ")), most);
        var spec = AgentSpec.builder("recall").run(ctx -> ctx.result(Clerk.hits(ctx.memory(namespace), question)));
        params.forEach(spec::param);
        return spec.build();
    }

    /** Runs one program and completes with its output. */
    private static AgentSpec shell(Map<String, ?> params) {
        onlyKnown(params, Set.of("args", "cwd", "stdin", "timeoutSeconds"));
        if (!(params.get("args") instanceof List<?> argv) || argv.isEmpty()) {
            throw new IllegalArgumentException(
                    "it runs the words after --, and there are none: agent-os spawn shell --wait -- uname -a");
        }
        var call = new LinkedHashMap<String, Object>(params);
        call.remove("args");
        call.put("argv", argv);
        call.put("maxOutput", MAX_OUTPUT);
        var spec = AgentSpec.builder("shell").run(ctx -> run(ctx, argv, call));
        params.forEach(spec::param);
        return spec.build();
    }

    private static void run(AgentContext ctx, List<?> argv, Map<String, ?> call) throws ProgramFailedException {
        JsonObject output = ctx.tools().call(TOOL, call).value().asObject();
        ctx.result(output);
        if (!output.at("exitCode").equals(JsonValue.of(0))) {
            throw new ProgramFailedException(String.valueOf(argv.getFirst()), output);
        }
    }

    private static void onlyKnown(Map<String, ?> params, Set<String> known) {
        for (String name : params.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("there is no parameter '" + name + "'"
                        + (known.isEmpty()
                                ? ""
                                : "; it has " + known.stream().sorted().toList()));
            }
        }
    }
}
