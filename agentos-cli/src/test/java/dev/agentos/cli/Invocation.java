package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One command, run in this JVM, and what it printed. */
record Invocation(int exit, String out, String err) {

    static Invocation of(String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exit = Main.run(args, new Terminal(stream(out), stream(err)));
        return new Invocation(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** The one document on standard output; anything beside it is an error. */
    JsonObject json() {
        if (out.lines().count() != 1) {
            throw new AssertionError("not one line: " + out + err);
        }
        return parse(out);
    }

    static JsonObject parse(String line) {
        return Providers.only(JsonProvider.class).parse(line).asObject();
    }
}
