package dev.agentos.cli;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.cli.rpc.Failure;

/** Prints what came of a command: one JSON document, or text for people. */
final class Output {
    private final Terminal terminal;
    private final boolean json;

    Output(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    boolean isJson() {
        return json;
    }

    Terminal terminal() {
        return terminal;
    }

    /** Prints a document, or what stands for it. */
    void print(JsonObject document, String human) {
        if (json) {
            terminal.out().print(document + "\n");
        } else {
            terminal.out().print(human);
        }
        terminal.out().flush();
    }

    /** Prints a failure: a line on standard error, and with {@code --json} the document too. Returns the exit code. */
    int fail(Failure failure) {
        return fail(JsonObject.EMPTY, failure);
    }

    /** Like {@link #fail(Failure)}, for a failure that comes beside a result. */
    int fail(JsonObject result, Failure failure) {
        int exit = ExitCode.of(failure.code());
        if (json) {
            var error = JsonObject.builder()
                    .put("code", failure.code())
                    .put("message", failure.line())
                    .put("exit", exit);
            failure.details().members().forEach(error::put);
            terminal.out().print(result.with("error", error.build()) + "\n");
            terminal.out().flush();
        }
        terminal.err().print("agent-os: " + PlainText.of(failure.line() + remedy(failure)) + "\n");
        terminal.err().flush();
        return exit;
    }

    /** What the line for people adds. Capabilities have no quotes of their own, but spaces and stars. */
    private static String remedy(Failure failure) {
        if (failure.code().equals(ErrorCode.HALTED.name())) {
            return "; run 'agent-os unhalt'";
        }
        String look = failure.details()
                .get("grant")
                .map(number -> "; 'agent-os capability show " + number + "' shows that grant")
                .orElse("");
        String allow = failure.details().get("missing").orElse(null) instanceof JsonString(String capability)
                ? "; to allow it, add --grant '" + capability.replace("'", "'\\''") + "'"
                : "";
        return look + allow;
    }
}
