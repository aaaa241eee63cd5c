package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that a test runs to its end. Immutable. */
record Program(List<String> command, Path folder, Map<String, String> environment) {
    private static final int MINUTES = 5;

    Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    static Program of(Path folder, String... command) {
        return new Program(List.of(command), folder, Map.of());
    }

    /** With one more variable in its environment. */
    Program with(String name, String value) {
        var more = new HashMap<>(environment);
        more.put(name, value);
        return new Program(command, folder, more);
    }

    /** Runs it; its output goes through files, so that no pipe can fill up. */
    Result run() {
        try {
            Path out = Files.createTempFile("program", ".out");
            Path err = Files.createTempFile("program", ".err");
            try {
                var builder = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
                builder.environment().remove("JAVA_HOME");
                builder.environment().remove("JDK_JAVA_OPTIONS");
                builder.environment().putAll(environment);
                Process process = builder.start();
                process.getOutputStream().close();
                if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError(command + " still runs after " + MINUTES + " minutes, and said\n"
                            + Files.readString(out) + Files.readString(err));
                }
                return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command, e);
        }
    }

    /** What it left behind. */
    record Result(int exit, String out, String err) {
        /** Fails with everything that the program said unless it ended well. */
        Result succeeded() {
            assertThat(exit).as("exit code; it said%n%s%s", out, err).isZero();
            return this;
        }
    }
}
