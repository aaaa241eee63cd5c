package dev.agentos.verify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/*
 * A JVM of its own, since whoever runs the tests cannot become somebody else in this one, and since one case kills
 * processes by the dozen. Somebody else may not read the repository in the home of the user who builds: what he needs is
 * linked, or copied, to a folder where he may.
 */
/** All cases, being tried in another JVM, as root or as a user who is nobody else. Closing it ends that JVM. */
final class CaseRun implements AutoCloseable {
    /** No user of any machine has this number: a limit of processes for one's user counts nobody else's. */
    private static final String NOBODY_ELSE = "64747";

    private static final int MINUTES = 8;

    private final Process process;
    private final Path out;
    private final Path err;
    private final Path temporary;

    private CaseRun(List<String> prefix, String classPath, Path folder) throws IOException {
        temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        out = folder.resolve("out");
        err = folder.resolve("err");
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath,
                CaseProgram.class.getName()));
        var builder = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("CANARY_TOKEN", CaseRoom.CANARY);
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        process = builder.start();
    }

    /** {@return whether this JVM may become somebody else} */
    static boolean canBecomeAnother() {
        return "root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/usr/bin/setpriv"));
    }

    /** Starts to try them as whoever runs the tests. */
    static CaseRun asOneself(Path folder) throws IOException {
        return new CaseRun(List.of(), System.getProperty("java.class.path"), folder);
    }

    /** Starts to try them as a user without any right. */
    static CaseRun asAnother(Path folder) throws IOException {
        Path jars = Files.createDirectory(folder.resolve("classes"));
        var classPath = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path original = Path.of(entry);
            if (!entry.isEmpty() && Files.exists(original)) {
                Path there = jars.resolve(classPath.size() + "-" + original.getFileName());
                copy(original, there);
                classPath.add(there.toString());
            }
        }
        var command = List.of(
                "setpriv", "--reuid=" + NOBODY_ELSE, "--regid=" + NOBODY_ELSE, "--clear-groups", "--bounding-set=-all");
        return new CaseRun(command, String.join(File.pathSeparator, classPath), folder);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path there = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectory(there);
                } else {
                    Files.copy(each, there);
                }
                Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    /** Waits for the end. {@return what happened in each case, by its number} */
    Map<String, String> results() throws IOException, InterruptedException {
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        assertThat(ended)
                .as("it ended; it said %s%s", Files.readString(out), Files.readString(err))
                .isTrue();
        assertThat(process.exitValue()).as("%s", Files.readString(err)).isZero();
        try (var left = Files.list(temporary)) {
            assertThat(left.filter(each -> !each.getFileName().toString().startsWith("hsperf")))
                    .isEmpty();
        }
        return Files.readAllLines(out).stream()
                .map(line -> line.split("\t", 2))
                .filter(line -> line.length == 2)
                .collect(Collectors.toMap(line -> line[0], line -> line[1], (a, b) -> b, LinkedHashMap::new));
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }
}
