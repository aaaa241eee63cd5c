package dev.agentos.examples.ops;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Limits;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.ToolResult;
import java.time.Duration;
import java.util.List;

/** Reports on this machine. The agent may run three programs; it tries a fourth, and reports what right that would take. */
public final class Ops {
    private static final List<List<String>> COMMANDS = List.of(
            List.of("uname", "-srm"), List.of("uptime"), List.of("df", "-h", "/"), List.of("cat", "/etc/passwd"));

    private Ops() {}

    /** Prints the report. */
    public static void main(String... args) {
        var ops = AgentSpec.builder("ops")
                .run(Ops::inspect)
                .grant("tool:shell.execute call; argv0=uname,uptime,df")
                .grant("file:/proc/** read") // where uptime and df look: programs see no files but those that are
                // granted
                .limits(Limits.builder()
                        .wallTime(Duration.ofMinutes(1))
                        .toolCalls(10)
                        .build())
                .build();
        try (var os = AgentOS.inMemory()) {
            System.out.print(os.spawn(ops).await().result(String.class));
        }
    }

    private static void inspect(AgentContext ctx) {
        var report = new StringBuilder();
        for (List<String> command : COMMANDS) {
            var arguments = JsonObject.builder().put("argv", command).build();
            report.append("$ ").append(String.join(" ", command)).append('\n');
            report.append(outcome(ctx.tools().tryCall("shell.execute", arguments.toString())));
        }
        ctx.result(report.toString());
    }

    private static String outcome(ToolResult result) {
        return switch (result) {
            case ToolResult.Ok ok -> ok.text().indent(2);
            case ToolResult.Failed failed -> ("failed, " + failed.code() + ": " + failed.text()).indent(2);
            case ToolResult.Denied denied -> ("denied; it would take the grant\n" + denied.missing()).indent(2);
        };
    }
}
