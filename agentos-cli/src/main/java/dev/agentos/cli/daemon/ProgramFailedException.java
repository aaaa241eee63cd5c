package dev.agentos.cli.daemon;

import dev.agentos.api.json.JsonObject;

/** A program that an agent of the template {@code shell} ran ended with an exit code other than 0. */
final class ProgramFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient JsonObject output;

    ProgramFailedException(String program, JsonObject output) {
        super(program + ": exit code " + output.at("exitCode"));
        this.output = output;
    }

    /** {@return what the tool returned: exit code and output} */
    JsonObject output() {
        return output;
    }
}
