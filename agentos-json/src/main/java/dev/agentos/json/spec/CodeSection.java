package dev.agentos.json.spec;

import dev.agentos.api.AgentBody;
import dev.agentos.api.ProcessLimits;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Reads where the code of an isolated agent is, and how much its process may use. */
final class CodeSection {
    private static final List<String> CODE = List.of("jar", "class");
    private static final List<String> LIMITS = List.of("heapMiB", "cpuTime");
    private static final int MIB = 20;

    private CodeSection() {}

    /** A jar that is named by a relative path lies beside the file. */
    static AgentBody body(SpecField section) {
        section.fields(CODE);
        SpecField jar = section.require("jar", "the file with the code");
        SpecField type = section.require("class", "the class in it that is the agent");
        Path path = path(jar);
        try {
            return new AgentBody.Code(path, type.text());
        } catch (IllegalArgumentException e) {
            throw type.problem(String.valueOf(e.getMessage()));
        }
    }

    private static Path path(SpecField jar) {
        try {
            Path file = Path.of(jar.source().name()).toAbsolutePath();
            return file.resolveSibling(jar.text());
        } catch (InvalidPathException e) {
            throw jar.problem("expected a path: " + e.getReason());
        }
    }

    static ProcessLimits limits(SpecField section, ProcessLimits unless) {
        section.fields(LIMITS);
        long heap = section.get("heapMiB")
                .map(field -> (long) field.smallCount() << MIB)
                .orElse(unless.heapBytes());
        Duration cpuTime = section.get("cpuTime").map(SpecField::duration).orElse(unless.cpuTime());
        try {
            return new ProcessLimits(heap, cpuTime);
        } catch (IllegalArgumentException e) {
            throw section.problem(String.valueOf(e.getMessage()));
        }
    }
}
