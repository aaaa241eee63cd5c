package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./agent-os} in a checkout of its own, with a build that makes a command line which tells how it was started. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String COMMAND_LINE = """
            package dev.agentos.cli;

            import java.lang.management.ManagementFactory;
            import java.util.List;

            public final class Main {
                public static void main(String[] args) {
                    System.out.println("arguments " + List.of(args));
                    System.out.println("collector " + ManagementFactory.getGarbageCollectorMXBeans().getFirst().getName());
                    System.out.println("options " + ManagementFactory.getRuntimeMXBean().getInputArguments());
                    System.exit(args.length > 0 && args[0].equals("fail") ? 4 : 0);
                }
            }
            """;

    /** Stands for Maven: counts its runs and packages what lies ready. */
    private static final String BUILD = """
            #!/usr/bin/env bash
            set -eu
            cd "$(dirname "$0")"
            echo "build says something"
            echo run >>builds
            [ ! -e broken ] || exit 1
            for argument in "$@"; do
                case $argument in
                    -Dlauncher.lib=*) lib=${argument#*=} ;;
                esac
            done
            mkdir -p "$lib" agentos-cli/target agentos-examples/target
            cp ready.jar agentos-cli/target/agentos-cli-7.jar
            cp ready.jar agentos-examples/target/agentos-examples-7.jar
            """;

    @TempDir
    Path folder;

    private Path checkout;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectories(folder.resolve("a checkout"));
        Files.createDirectories(checkout.resolve(".mvn"));
        Files.createDirectories(checkout.resolve("agentos-cli/src/main/java"));
        Files.copy(Project.root().resolve(".mvn/find-jdk.sh"), checkout.resolve(".mvn/find-jdk.sh"));
        Files.copy(Project.root().resolve("agent-os"), checkout.resolve("agent-os"));
        Files.writeString(checkout.resolve("pom.xml"), "<project>\n    <revision>7</revision>\n</project>\n");
        Files.writeString(checkout.resolve("build"), BUILD);
        for (String script : List.of("agent-os", "build")) {
            Files.setPosixFilePermissions(checkout.resolve(script), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        new Sources(folder.resolve("command line"))
                .add("dev/agentos/cli/Main.java", COMMAND_LINE)
                .compile(List.of())
                .jar(checkout.resolve("ready.jar"));
        age(checkout, 3600);
    }

    @Test
    void start_buildsOnce_andLeavesStandardOutputToTheCommand() {
        Program.Result first = agentOs("list", "--json").run().succeeded();
        Program.Result second = agentOs("list", "--json").run().succeeded();

        assertThat(first.out()).startsWith("arguments [list, --json]\n");
        assertThat(first.err()).contains("Building agent-os", "build says something");
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(second.err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void start_works_throughALinkAndFromAnyFolder() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("ao"), checkout.resolve("agent-os"));

        Program.Result result = start(link, "status", "two words", "").run().succeeded();

        assertThat(result.out()).startsWith("arguments [status, two words, ]\n");
        assertThat(result.out()).contains("-Dagentos.launcher=" + checkout.resolve("agent-os"));
    }

    @Test
    void start_passesOnTheExitCode() {
        Program.Result result = agentOs("fail").run();

        assertThat(result.exit()).isEqualTo(4);
    }

    @Test
    void start_buildsAgain_whenASourceIsNewer() throws IOException {
        agentOs("list").run().succeeded();
        age(checkout, 60);
        Files.writeString(checkout.resolve("agentos-cli/src/main/java/New.java"), "class New {}");

        agentOs("list").run().succeeded();
        agentOs("list").run().succeeded();

        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void start_keepsTheBuildBefore_forADaemonThatRunsFromIt() throws IOException {
        for (int change = 0; change < 3; change++) {
            age(checkout, 60);
            Files.writeString(checkout.resolve("agentos-cli/src/main/java/New.java"), "class New {}");
            agentOs("list").run().succeeded();
        }

        try (Stream<Path> installed = Files.list(checkout.resolve("target/agent-os"))) {
            assertThat(installed.filter(Files::isDirectory)).hasSize(2);
        }
    }

    @Test
    void start_failsWithoutOutput_whenTheBuildFails() throws IOException {
        Files.createFile(checkout.resolve("broken"));

        Program.Result result = agentOs("list").run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void clients_startFromACache_longRunningCommandsWithTheOptimisingCompiler() {
        String client = agentOs("--socket", "run", "list").run().succeeded().out();
        String daemon = agentOs("--json", "run").run().succeeded().out();

        assertThat(client).contains("collector Copy", "-XX:TieredStopAtLevel=1", "-XX:AOTCache=");
        assertThat(daemon).doesNotContain("TieredStopAtLevel", "AOTCache");
    }

    private Program agentOs(String... arguments) {
        return start(checkout.resolve("agent-os"), arguments);
    }

    private Program start(Path launcher, String... arguments) {
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return new Program(command, folder, Map.of()).with("AGENTOS_JDK_PATH", System.getProperty("java.home"));
    }

    private long builds() {
        return Project.lines(checkout.resolve("builds")).size();
    }

    /** Makes everything that old, so that what is written now is newer whatever the file system's clock resolves. */
    private static void age(Path folder, long seconds) throws IOException {
        FileTime time = FileTime.from(Instant.now().minusSeconds(seconds));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, time);
            }
        }
    }
}
