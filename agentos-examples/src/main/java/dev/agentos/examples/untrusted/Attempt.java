package dev.agentos.examples.untrusted;

import dev.agentos.api.json.JsonObject;
import java.util.List;

/**
 * Something that untrusted code tries.
 *
 * @param name what it tries
 * @param tool the tool that it calls
 * @param arguments what it says to the tool
 * @param guard what is there to stop it
 */
record Attempt(String name, String tool, JsonObject arguments, String guard) {
    private static final int SECONDS = 5;

    /** {@return an attempt of the malicious script, in the folder where it lies} */
    static Attempt script(String name, String folder, String target, String guard) {
        var arguments = JsonObject.builder()
                .put("argv", List.of("bash", "malicious.sh", name, target))
                .put("cwd", folder)
                .put("timeoutSeconds", SECONDS)
                .build();
        return new Attempt(name, "shell.execute", arguments, guard);
    }
}
