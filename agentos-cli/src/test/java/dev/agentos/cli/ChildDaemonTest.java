package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Daemons in processes of their own: what signals, crashes and a second one do. */
@EnabledOnOs(OS.LINUX)
class ChildDaemonTest {
    private final List<ProcessHandle> started = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(ProcessHandle::destroyForcibly);
        started.forEach(process -> process.onExit().join());
    }

    @Test
    void sigterm_stopsAgentsAndRemovesTheSocket() throws Exception {
        Process daemon = start(data());
        announcement(daemon);
        Process sleeping = spawnSleeper();

        daemon.destroy(); // SIGTERM

        assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isEqualTo(143);
        assertThat(sleeping.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(sleeping.exitValue()).isEqualTo(1);
        assertThat(socket()).doesNotExist();
        assertThat(run("list").exit()).isEqualTo(3);
    }

    @Test
    void shutdown_endsTheProcess_withExitCode0() throws Exception {
        Process daemon = start(data());
        JsonObject announced = announcement(daemon);

        Invocation shutdown = run("shutdown");

        assertThat(announced.members().keySet()).containsExactly("pid", "socket", "data", "storage", "log");
        assertThat(announced.at("pid")).isEqualTo(JsonValue.of(daemon.pid()));
        assertThat(shutdown.exit()).isZero();
        assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isZero();
        assertThat(socket()).doesNotExist();
    }

    @Test
    void crash_leavesNothingThatKeepsTheNextOneFromStarting() throws Exception {
        Process crashed = start(data());
        announcement(crashed);
        crashed.destroyForcibly(); // SIGKILL
        crashed.waitFor();
        assertThat(socket()).exists();
        assertThat(run("list").exit()).isEqualTo(3);

        Process next = start(data());
        announcement(next);

        assertThat(run("list")).isEqualTo(new Invocation(0, "no agents\n", ""));
    }

    @Test
    void second_isRefused_andNamesTheFirst() throws Exception {
        Process first = start(data());
        announcement(first);

        Invocation second = Invocation.of("run", "--json", "--data", data().toString());
        Invocation otherSocket = Invocation.of(
                "run",
                "--data",
                data().toString(),
                "--socket",
                folder.resolve("o").toString());
        Invocation otherFolder =
                Invocation.of("run", "--data", folder.resolve("o").toString(), "--socket", socket().toString());

        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.json().at("error", "code").text()).isEqualTo("DAEMON_RUNNING");
        assertThat(second.json().at("error", "pid")).isEqualTo(JsonValue.of(first.pid()));
        assertThat(second.err()).contains("pid " + first.pid()).hasLineCount(1);
        assertThat(otherSocket.err()).contains("pid " + first.pid());
        assertThat(otherFolder.exit()).isEqualTo(1);
        assertThat(otherFolder.err()).contains("another daemon listens at " + socket());
        assertThat(run("list").exit()).isZero();
    }

    @Test
    void detach_returnsWhenItCanBeCalled_andLeavesTheSession() throws Exception {
        Invocation detach = Invocation.of("run", "--detach", "--json", "--data", data().toString());

        assertThat(detach.exit()).isZero();
        JsonValue daemon = detach.json().at("daemon");
        long pid = daemon.at("pid").number().longValueExact();
        started.add(ProcessHandle.of(pid).orElseThrow());
        assertThat(run("list").exit()).isZero();
        assertThat(session(pid)).isEqualTo(pid);
        assertThat(daemon.at("log").text())
                .isEqualTo(data().resolve("daemon.log").toString());
        run("spawn", "echo");
        run("send", "echo", "\"into the log\"");
        while (!Files.readString(data().resolve("daemon.log")).contains("into the log")) { // a stop leaves mail unread
            assertThat(run("status", "echo").exit()).isZero();
        }
        run("shutdown");
        ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
        assertThat(Files.readString(data().resolve("daemon.log"))).contains("daemon stopped");
        assertThat(Files.readString(data().resolve("daemon.err"))).isEmpty();
    }

    @Test
    void detach_saysWhy_whenTheDaemonCannotStart() throws Exception {
        Process first = start(data());
        announcement(first);

        Invocation detach = Invocation.of("run", "--detach", "--json", "--data", data().toString());

        assertThat(detach.exit()).isEqualTo(1);
        assertThat(detach.json().at("error", "code").text()).isEqualTo("DAEMON_RUNNING");
        assertThat(detach.err()).contains("pid " + first.pid()).hasLineCount(1);
    }

    @Test
    void interruptOfAClient_leavesTheAgentAlone() throws Exception {
        Process daemon = start(data());
        announcement(daemon);
        Process waiting = spawnSleeper();

        new ProcessBuilder("kill", "-INT", Long.toString(waiting.pid())).start().waitFor();

        assertThat(waiting.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting.exitValue()).isEqualTo(130);
        assertThat(run("list", "--state", "running").out()).contains("shell#1");
        assertThat(run("terminate", "shell").exit()).isZero();
    }

    @Test
    void folderAndSocket_belongToTheUserAlone() throws Exception {
        announcement(start(data()));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-------");
    }

    @Test
    void humanAnnouncement_saysWhereTheStoreIs() throws Exception {
        Process daemon = java(List.of("run", "--data", data().toString()));

        BufferedReader out = daemon.inputReader(StandardCharsets.UTF_8);

        assertThat(out.readLine()).matches("agent-os \\S+ runs as pid " + daemon.pid() + " and listens at " + socket());
        assertThat(out.readLine()).isEqualTo("its store is " + data().resolve("agentos.db"));
    }

    @Test
    void demo_saysWhatIsMissing_withoutTheExamples() throws Exception {
        String classPath = System.getProperty("java.class.path");
        String without = String.join(
                ":",
                List.of(classPath.split(":")).stream()
                        .filter(entry -> !Files.exists(Path.of(entry, "dev/agentos/examples/trading")))
                        .toList());

        Process demo = java(without, List.of("demo"));

        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(1);
        assertThat(new String(demo.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("agent-os: the examples are not installed: put agentos-examples on the class path\n");
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path socket() {
        return data().resolve("agent-os.sock");
    }

    private Invocation run(String... args) {
        var words = new ArrayList<>(List.of("--socket", socket().toString()));
        words.addAll(List.of(args));
        return Invocation.of(words.toArray(String[]::new));
    }

    private Process start(Path data) throws IOException {
        return java(List.of("run", "--json", "--data", data.toString()));
    }

    /** A client that waits for an agent that sleeps; returns when the agent runs. */
    private Process spawnSleeper() throws IOException {
        Process client = java(List.of(
                "spawn",
                "shell",
                "--wait",
                "--socket",
                socket().toString(),
                "--grant",
                "tool:shell.execute call",
                "--",
                "sleep",
                "300"));
        while (!run("list", "--state", "running").out().contains("shell#1")) {
            assertThat(client.isAlive()).isTrue();
        }
        return client;
    }

    private Process java(List<String> args) throws IOException {
        return java(System.getProperty("java.class.path"), args);
    }

    private Process java(String classPath, List<String> args) throws IOException {
        // Whoever runs the tests in the background has interrupts ignored, and children inherit that.
        var command = new ArrayList<>(List.of(
                "/usr/bin/env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.sqlite.tmpdir=" + folder, // who is killed leaves its library there
                "-cp",
                classPath,
                "dev.agentos.cli.Main"));
        command.addAll(args);
        Process process = new ProcessBuilder(command).start();
        started.add(process.toHandle());
        return process;
    }

    private static JsonObject announcement(Process daemon) throws IOException {
        String line = daemon.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).as("what the daemon says").isNotNull();
        return Invocation.parse(line).at("daemon").asObject();
    }

    private static long session(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
    }
}
