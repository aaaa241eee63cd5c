package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentContext;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code spawn}, against a live daemon. */
class SpawnCommandTest {
    @TempDir
    Path folder;

    private LiveDaemon daemon;

    /** Completes with the parameters that a file or the command line gave. */
    public static final class Reporter implements Agent {
        @Override
        public void run(AgentContext ctx) {
            ctx.result(List.of(
                    ctx.param("symbol", String.class),
                    ctx.param("size", Integer.class),
                    ctx.optionalParam("price", BigDecimal.class).isPresent(),
                    ctx.optionalParam("args", List.class).orElse(List.of())));
        }
    }

    /** Completes with what its parameter says. */
    public static final class Parrot implements Agent {
        @Override
        public void run(AgentContext ctx) {
            ctx.result(ctx.optionalParam("text", String.class).orElse(null));
        }
    }

    /** Fails with a text that tries to look like two lines and to clear the screen. */
    public static final class Trickster implements Agent {
        @Override
        public void run(AgentContext ctx) {
            throw new IllegalStateException("bad\nagent-os: all is well\u001b[2J");
        }
    }

    @BeforeEach
    void startDaemon() {
        daemon = new LiveDaemon(folder.resolve("data"));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    @Test
    void shell_printsTheOutputOfTheProgram_whenGranted() throws Exception {
        var uname = new ProcessBuilder("uname", "-a").start();
        String expected = new String(uname.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        Invocation spawn = daemon.run(
                "spawn", "shell", "--wait", "--grant", "tool:shell.execute call; argv0=uname", "--", "uname", "-a");

        assertThat(spawn.exit()).isZero();
        assertThat(spawn.out()).isEqualTo(expected);
        assertThat(spawn.err()).isEmpty();
    }

    @Test
    void shell_isDenied_withoutGrant_andTheLineToPasteWorks() {
        Invocation denied = daemon.run("spawn", "shell", "--wait", "--", "uname", "-s");

        assertThat(denied.exit()).isEqualTo(4);
        assertThat(denied.out()).isEmpty();
        assertThat(denied.err())
                .startsWith("agent-os: denied: tool:shell.execute call")
                .hasLineCount(1);
        String pasted = denied.err().replaceFirst("(?s).*--grant '(.*)'\n", "$1");
        Invocation allowed = daemon.run("spawn", "shell", "--wait", "--grant", pasted, "--", "uname", "-s");
        assertThat(allowed.exit()).isZero();
        assertThat(allowed.out()).isNotBlank();
    }

    @Test
    void shell_isDenied_whenTheGrantIsForAnotherProgram() {
        Invocation denied =
                daemon.run("spawn", "shell", "--wait", "--grant", "tool:shell.execute call; argv0=uname", "--", "id");

        assertThat(denied.exit()).isEqualTo(4);
    }

    @Test
    void shell_tellsTheDenial_asJson() {
        Invocation denied = daemon.run("spawn", "shell", "--wait", "--json", "--", "uname");

        assertThat(denied.exit()).isEqualTo(4);
        JsonObject document = denied.json();
        assertThat(document.members().keySet()).containsExactly("agent", "exit", "error");
        assertThat(document.at("error", "code").text()).isEqualTo("DENIED");
        assertThat(document.at("error", "exit")).isEqualTo(JsonValue.of(4));
        assertThat(document.at("error", "missing").text()).startsWith("tool:shell.execute call");
        assertThat(document.at("exit", "error", "missing")).isEqualTo(document.at("error", "missing"));
    }

    @Test
    void shell_passesOutputOn_andFails_whenTheProgramFails() {
        Invocation failed = daemon.run(
                "spawn",
                "shell",
                "--wait",
                "--grant",
                "tool:shell.execute call",
                "--",
                "sh",
                "-c",
                "printf out; printf err >&2; exit 3");

        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.out()).isEqualTo("out");
        assertThat(failed.err()).isEqualTo("erragent-os: sh: exit code 3\n");
    }

    @Test
    void shell_keepsTheOutput_asJson() {
        Invocation failed = daemon.run(
                "spawn",
                "shell",
                "--wait",
                "--json",
                "--grant",
                "tool:shell.execute call",
                "--",
                "sh",
                "-c",
                "echo out; exit 3");

        assertThat(failed.exit()).isEqualTo(1);
        JsonValue exit = failed.json().at("exit");
        assertThat(exit.at("state").text()).isEqualTo("FAILED");
        assertThat(exit.at("result", "stdout").text()).isEqualTo("out\n");
        assertThat(exit.at("result", "exitCode")).isEqualTo(JsonValue.of(3));
    }

    @Test
    void shell_takesInputFolderAndTime_fromParameters() {
        Invocation cat = daemon.run(
                "spawn",
                "shell",
                "--wait",
                "--grant",
                "tool:shell.execute call",
                "--set",
                "stdin=hi",
                "--set",
                "cwd=/usr",
                "--set",
                "timeoutSeconds=5",
                "--",
                "sh",
                "-c",
                "pwd; cat");

        assertThat(cat.out()).isEqualTo("/usr\nhi");
    }

    @Test
    void shell_saysWhatIsMissing_withoutProgram() {
        Invocation spawn = daemon.run("spawn", "shell");

        assertThat(spawn.exit()).isEqualTo(1);
        assertThat(spawn.err())
                .contains("there are none: agent-os spawn shell --wait -- uname -a")
                .hasLineCount(1);
    }

    @Test
    void args_areNotOptions_afterTwoDashes() {
        Invocation echo = daemon.run(
                "spawn",
                "shell",
                "--wait",
                "--grant",
                "tool:shell.execute call",
                "--",
                "echo",
                "--json",
                "--help",
                "@x");

        assertThat(echo.out()).isEqualTo("--json --help @x\n");
    }

    @Test
    void template_getsAnotherName_whenItsOwnIsTaken() {
        assertThat(daemon.run("spawn", "echo").out()).isEqualTo("echo#1\n");
        assertThat(daemon.run("spawn", "echo", "--json").out()).isEqualTo("{\"agent\":\"echo-2#2\"}\n");
        assertThat(daemon.run("spawn", "echo").out()).isEqualTo("echo-3#3\n");
    }

    @Test
    void name_isNotChanged_whenItIsTaken() {
        daemon.run("spawn", "echo", "--name", "mine");

        Invocation second = daemon.run("spawn", "echo", "--name", "mine", "--json");

        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.json().at("error", "code").text()).isEqualTo("NAME_TAKEN");
    }

    @Test
    void name_isRefused_whenItIsNoName() {
        assertThat(daemon.run("spawn", "echo", "--name", "a b").exit()).isEqualTo(2);
    }

    @Test
    void file_isSpawned_withParametersOfTheCommandLine() throws IOException {
        Path file = specFile("reporter", Reporter.class, "params: {symbol: MSFT, size: 1}");

        Invocation spawn = daemon.run(
                "spawn",
                file.toString(),
                "--wait",
                "--json",
                "--name",
                "renamed",
                "--set",
                "symbol=AAPL",
                "--set",
                "size=100",
                "--set",
                "price=1.5",
                "--",
                "a",
                "b");

        assertThat(spawn.json().at("agent").text()).isEqualTo("renamed#1");
        assertThat(spawn.json().at("exit", "result").toString()).isEqualTo("[\"AAPL\",100,true,[\"a\",\"b\"]]");
    }

    @Test
    void file_isFoundFromTheFolderOfTheClient() throws IOException {
        Path file = specFile("parrot", Parrot.class, "params: {text: polly}");
        Path relative = Path.of("").toAbsolutePath().relativize(file);

        Invocation spawn = daemon.run("spawn", relative.toString(), "--wait");

        assertThat(spawn.out()).isEqualTo("polly\n");
    }

    @Test
    void file_isExplained_whenItIsWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yaml"), "name: x\nclass: no.such.Class\n");

        Invocation spawn = daemon.run("spawn", file.toString(), "--json");

        assertThat(spawn.exit()).isEqualTo(1);
        assertThat(spawn.json().at("error", "code").text()).isEqualTo("SPEC_INVALID");
        assertThat(spawn.err()).contains("bad.yaml:2").hasLineCount(1);
    }

    @Test
    void source_isRefused_whenItDoesNotExist() {
        assertThat(daemon.run("spawn", "no-template").err()).contains("no-template", "[clerk, echo, recall, shell]");
        assertThat(daemon.run("spawn", "./nothing.yaml").err()).contains("nothing.yaml");
        assertThat(daemon.run("spawn", "no-template").exit()).isEqualTo(1);
    }

    @Test
    void result_isPrintedAsJson_whenItIsNoText() throws IOException {
        Path file = specFile("reporter", Reporter.class, "params: {symbol: MSFT, size: 1}");

        Invocation spawn = daemon.run("spawn", file.toString(), "--wait");

        assertThat(spawn.out()).isEqualTo("[\"MSFT\",1,false,[]]\n");
    }

    @Test
    void result_isNotPrinted_whenThereIsNone() throws IOException {
        Path file = specFile("parrot", Parrot.class, "params: {}");

        Invocation spawn = daemon.run("spawn", file.toString(), "--wait");

        assertThat(spawn).isEqualTo(new Invocation(0, "", ""));
    }

    @Test
    void failure_isOneCleanLine() throws IOException {
        Path file = specFile("trickster", Trickster.class, "params: {}");

        Invocation spawn = daemon.run("spawn", file.toString(), "--wait");

        assertThat(spawn.exit()).isEqualTo(1);
        assertThat(spawn.err())
                .contains("bad | agent-os: all is well")
                .hasLineCount(1)
                .doesNotContain("\u001b");
    }

    @Test
    void termination_isAFailure_forWhoeverWaits() throws Exception {
        var waiting = new FutureTask<>(() -> daemon.run("spawn", "echo", "--wait"));
        Thread.ofVirtual().start(waiting);
        Invocation terminate = daemon.run("terminate", "echo", "--reason", "no more");
        while (terminate.exit() != 0) {
            terminate = daemon.run("terminate", "echo", "--reason", "no more");
        }

        Invocation spawn = waiting.get();

        assertThat(spawn.exit()).isEqualTo(1);
        assertThat(spawn.err()).isEqualTo("agent-os: agent echo#1 was terminated: no more\n");
    }

    @Test
    void grant_isRefused_whenItCannotBeRead() {
        Invocation spawn = daemon.run("spawn", "echo", "--grant", "tool:x", "--json");

        assertThat(spawn.exit()).isEqualTo(2);
        assertThat(spawn.json().at("error", "code").text()).isEqualTo("CAPABILITY_INVALID");
        assertThat(daemon.run("list").out()).isEqualTo("no agents\n");
    }

    @Test
    void set_isRefused_whenItIsNoPair() {
        assertThat(daemon.run("spawn", "echo", "--set", "novalue").exit()).isEqualTo(2);
        assertThat(daemon.run("spawn", "echo", "--set", "=x").exit()).isEqualTo(2);
        assertThat(daemon.run("spawn", "echo", "--set", "a=1", "--set", "a=2").err())
                .contains("given twice");
        assertThat(daemon.run("spawn", "echo", "--set", "a=1").err()).contains("no parameter 'a'");
    }

    private Path specFile(String name, Class<?> type, String more) throws IOException {
        return Files.writeString(
                folder.resolve(name + ".yaml"), "name: " + name + "\nclass: " + type.getName() + "\n" + more + "\n");
    }
}
