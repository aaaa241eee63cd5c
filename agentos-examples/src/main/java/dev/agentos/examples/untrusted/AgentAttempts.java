package dev.agentos.examples.untrusted;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Isolation;
import dev.agentos.api.ProcessLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Runs {@link MaliciousAgent} once for each thing that it tries, from a jar with nothing else in it. */
final class AgentAttempts {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final ProcessLimits LIMITS = new ProcessLimits(32L << 20, Duration.ofSeconds(1));
    private static final String FILES = "the kernel's Landlock: it has no grant for files";
    private static final String CONNECTION = "the connection to the host: a frame is not believed";

    private final AgentOS os;
    private final Path jar;

    /** Makes the jar in a folder. */
    AgentAttempts(AgentOS os, Path folder) throws IOException {
        this.os = os;
        this.jar = Files.createDirectories(folder).resolve("malicious.jar");
        String entry = MaliciousAgent.class.getName().replace('.', '/') + ".class";
        try (InputStream code = MaliciousAgent.class.getResourceAsStream("MaliciousAgent.class");
                var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(entry));
            Objects.requireNonNull(code, entry).transferTo(out);
            out.closeEntry();
        }
    }

    List<Outcome> run(Path secret, String port) {
        String self = Long.toString(ProcessHandle.current().pid());
        var outcomes = new ArrayList<Outcome>();
        outcomes.add(attempt("java: read a file", secret.toString(), FILES));
        outcomes.add(attempt("java: write a file", secret.toString(), FILES));
        outcomes.add(attempt("java: host's memory", self, FILES));
        outcomes.add(attempt("java: phone home", port, "the kernel's seccomp: it has no grant for a network"));
        outcomes.add(attempt("java: kill the host", self, "the kernel's Landlock: it sees no other process"));
        outcomes.add(attempt("java: call a tool", secret.toString(), "the gate: no grant"));
        outcomes.add(attempt("java: exit", "", "its process: there is no other thread of the host in it"));
        outcomes.add(attempt("java: eat memory", "", "the limits of its process: heap"));
        outcomes.add(attempt("java: compute for ever", "", "the limits of its process: CPU time"));
        outcomes.add(attempt("java: forge a grant", "", CONNECTION));
        return outcomes;
    }

    private Outcome attempt(String attempt, String target, String guard) {
        AgentSpec spec = AgentSpec.builder("malicious")
                .code(jar, MaliciousAgent.class.getName())
                .isolation(Isolation.PROCESS)
                .processLimits(LIMITS)
                .param("attempt", attempt)
                .param("target", target)
                .build();
        return Outcome.of(attempt, os.spawn(spec).await(LIMIT), guard);
    }
}
