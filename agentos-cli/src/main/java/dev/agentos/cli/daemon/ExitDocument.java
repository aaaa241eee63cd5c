package dev.agentos.cli.daemon;

import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.Failure;

/** How a run ended, as a document. Its fields and their order are part of the contract with scripts. */
final class ExitDocument {
    private ExitDocument() {}

    static JsonObject of(Exit exit) {
        return switch (exit) {
            case Exit.Completed(var value) ->
                JsonObject.builder()
                        .put("state", AgentState.COMPLETED.name())
                        .put("result", Plain.json(value))
                        .build();
            case Exit.Failed(var cause, var history) ->
                JsonObject.builder()
                        .put("state", AgentState.FAILED.name())
                        .put("error", error(Problems.of(cause)))
                        .put("failures", history.size() + 1)
                        .put(
                                "result",
                                cause instanceof ProgramFailedException program ? program.output() : new JsonNull())
                        .build();
            case Exit.Terminated(var reason, int stopped, var abandoned) ->
                JsonObject.builder()
                        .put("state", AgentState.TERMINATED.name())
                        .put("reason", reason)
                        .put("stopped", stopped)
                        .put("abandoned", abandoned)
                        .build();
        };
    }

    private static JsonObject error(Failure failure) {
        var error = JsonObject.builder().put("code", failure.code()).put("message", failure.line());
        failure.details().members().forEach(error::put);
        return error.build();
    }
}
