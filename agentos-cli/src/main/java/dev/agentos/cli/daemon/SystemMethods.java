package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.ShutdownReport;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.cli.rpc.RpcCall;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeSet;

/** {@code system.*} and {@code tool.*}. */
final class SystemMethods {
    private final AgentOS os;
    private final Daemon daemon;

    SystemMethods(AgentOS os, Daemon daemon) {
        this.os = os;
        this.daemon = daemon;
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("tool.list", this::tools);
        methods.put("system.halt", this::halt);
        methods.put("system.unhalt", this::unhalt);
        methods.put("system.shutdown", this::shutdown);
    }

    private JsonObject tools(RpcCall call) {
        new Params(call);
        var tools = os.toolSpecs().stream()
                .sorted(Comparator.comparing(ToolSpec::name))
                .map(SystemMethods::document)
                .toList();
        return JsonObject.builder().put("tools", tools).build();
    }

    private static JsonObject document(ToolSpec tool) {
        return JsonObject.builder()
                .put("name", tool.name())
                .put("version", tool.version())
                .put("effect", tool.effect().name())
                .put("description", tool.description())
                .put("attributes", new TreeSet<>(tool.attributes()))
                .put("timeoutMillis", tool.timeout().toMillis())
                .put("inputSchema", tool.inputSchema())
                .build();
    }

    private JsonObject halt(RpcCall call) {
        String reason = new Params(call, "reason").optionalText("reason").orElse("halted from the command line");
        ShutdownReport report = os.halt(reason);
        return JsonObject.builder()
                .put("halted", true)
                .put("report", document(report))
                .build();
    }

    private JsonObject unhalt(RpcCall call) {
        new Params(call);
        os.unhalt();
        return JsonObject.builder().put("halted", false).build();
    }

    private JsonObject shutdown(RpcCall call) {
        new Params(call);
        return JsonObject.builder().put("report", document(daemon.shutDown())).build();
    }

    private static JsonObject document(ShutdownReport report) {
        return JsonObject.builder()
                .put("stopped", report.stopped())
                .put("abandoned", report.abandoned())
                .put("tookMillis", report.took().toMillis())
                .build();
    }
}
