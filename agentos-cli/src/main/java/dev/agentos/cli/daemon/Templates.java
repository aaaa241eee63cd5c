package dev.agentos.cli.daemon;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The agents that every daemon can spawn without a file. */
final class Templates {
    private static final String TOOL = "shell.execute";
    /** What the tool keeps at most. */
    private static final int MAX_OUTPUT = 1024 * 1024;

    private Templates() {}

    static AgentOS.Builder addTo(AgentOS.Builder builder) {
        return builder.template("echo", Templates::echo).template("shell", Templates::shell);
    }

    /** Lives until it is stopped and logs each message. */
    private static AgentSpec echo(Map<String, ?> params) {
        onlyKnown(params, Set.of());
        return AgentSpec.builder("echo")
                .onMessage((message, ctx) -> ctx.log("{}", message.payload()))
                .build();
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
