package dev.agentos.isolated;

import dev.agentos.api.AgentContext;
import dev.agentos.api.ProcessLimits;
import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLimits;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/*
 * The process sees the JDK, the API, the JSON module with what it needs, this module and the agent's jar: not the program's class
 * path. The flags beyond the limits keep what a JVM does by itself within the frames and the confinement: it prints nothing of its
 * own to the descriptor of the frames, leaves no files, lets nobody attach, and gives up at the first failure to find memory, since
 * whatever goes on then is of no use to anybody.
 */
/** The JVM that an agent gets. */
final class ProcessCommand {
    static final String MAIN = "dev.agentos.isolated.child.ChildMain";

    private static final long BESIDE_HEAP = 192L << 20;
    private static final int PRINTED = 256 * 1024;
    private static final int PROCESSES = 64;
    /** How long an agent may live is its own limit, of which a pause is no part. */
    private static final Duration NO_LIMIT = Duration.ofDays(36_500);

    /** What the JSON module needs, by a class of each: here it need not be in sight. */
    private static final List<String> BEHIND_JSON = List.of(
            "tools.jackson.databind.ObjectMapper",
            "tools.jackson.core.JsonParser",
            "com.fasterxml.jackson.annotation.JsonProperty",
            "org.snakeyaml.engine.v2.api.Load",
            "com.networknt.schema.Schema",
            "com.ethlo.time.ITU",
            "org.jspecify.annotations.NullMarked");

    private ProcessCommand() {}

    /**
     * Returns the command for an agent's code.
     *
     * @throws SandboxException if its jar is none, or has no such class, or what it needs cannot be found
     */
    static SandboxCommand of(dev.agentos.api.AgentBody.Code code, ProcessLimits limits, JsonProvider json) {
        Path home = Path.of(System.getProperty("java.home"));
        Path java = home.resolve("bin").resolve("java");
        Path jar = checked(code.jar(), code.className());
        var classPath = new ArrayList<>(library(json));
        classPath.add(jar);
        var files = new ArrayList<>(classPath);
        files.add(home);
        return new SandboxCommand(
                arguments(java, limits, classPath),
                Path.of("/"),
                // The launcher finds its libraries by /proc/self/exe, which not every sandbox shows.
                Map.of("LANG", "C.UTF-8", "LD_LIBRARY_PATH", home.resolve("lib").toString()),
                new SandboxCommand.Streams.Open(),
                SandboxLimits.builder()
                        .wallTime(NO_LIMIT)
                        .cpuTime(limits.cpuTime())
                        .memoryBytes(memory(limits))
                        .processes(PROCESSES)
                        .maxOutput(PRINTED)
                        .build(),
                files);
    }

    /** {@return the most memory that a process takes, in bytes} */
    static long memory(ProcessLimits limits) {
        return limits.heapBytes() + BESIDE_HEAP;
    }

    private static List<String> arguments(Path java, ProcessLimits limits, List<Path> classPath) {
        return List.of(
                java.toString(),
                "-Xmx" + (limits.heapBytes() >> 20) + "m",
                "-Xss512k",
                "-XX:MaxMetaspaceSize=96m",
                "-XX:MaxDirectMemorySize=16m",
                "-XX:ReservedCodeCacheSize=48m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:+DisableAttachMechanism",
                "-XX:+DisplayVMOutputToStderr",
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "-XX:+ErrorFileToStderr",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+ExitOnOutOfMemoryError",
                "--illegal-native-access=deny",
                "--sun-misc-unsafe-memory-access=deny",
                "-cp",
                classPath.stream().map(Path::toString).collect(Collectors.joining(":")),
                MAIN);
    }

    /** {@return what every process of an agent has on its class path, in the same order always} */
    private static List<Path> library(JsonProvider json) {
        Set<Path> found = new LinkedHashSet<>();
        found.add(place(AgentContext.class));
        found.add(place(ProcessCommand.class));
        found.add(place(json.getClass()));
        for (String name : BEHIND_JSON) {
            try {
                found.add(place(Class.forName(name, false, json.getClass().getClassLoader())));
            } catch (ClassNotFoundException e) {
                // Another version of the JSON module does without.
            }
        }
        return List.copyOf(found);
    }

    private static Path place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || !"file".equals(source.getLocation().getProtocol())) {
            throw new SandboxException(
                    "cannot start a JVM for an isolated agent: " + type.getName() + " comes from "
                            + (source == null ? "the JDK" : source.getLocation()) + ", which no class path can name",
                    null);
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new SandboxException("no path to " + source.getLocation(), e);
        }
    }

    /** What the process may read is a jar with that class, whatever somebody wrote into a file. */
    private static Path checked(Path jar, String className) {
        String entry = className.replace('.', '/') + ".class";
        try {
            Path real = jar.toRealPath();
            if (!Files.isRegularFile(real) || real.toString().contains(":")) {
                throw new SandboxException("the code of the agent is in no jar: " + jar, null);
            }
            try (var opened = new JarFile(real.toFile(), false)) {
                if (opened.getEntry(entry) == null) {
                    throw new SandboxException(
                            "there is no class " + className + " in " + jar + hint(opened, className), null);
                }
            }
            return real;
        } catch (IOException e) {
            throw new SandboxException("the jar with the code of the agent cannot be read: " + e, e);
        }
    }

    /** Java code writes a dot before the name of a nested class, jars a dollar sign. */
    private static String hint(JarFile jar, String className) {
        var other = new StringBuilder(className);
        for (int dot = className.lastIndexOf('.'); dot > 0; dot = className.lastIndexOf('.', dot - 1)) {
            other.setCharAt(dot, '$');
            if (jar.getEntry(other.toString().replace('.', '/') + ".class") != null) {
                return "; did you mean " + other + "?";
            }
        }
        return "";
    }
}
