package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands about the system and this program, and what is the same for all. */
class SystemCommandsTest {
    private static final String[] ALL = {
        "run",
        "spawn",
        "list",
        "status",
        "pause",
        "resume",
        "stop",
        "terminate",
        "send",
        "ask",
        "publish",
        "log",
        "events",
        "messages",
        "dead-letters",
        "memory",
        "tools",
        "halt",
        "unhalt",
        "shutdown",
        "store",
        "demo",
        "version",
        "completion"
    };

    @TempDir
    Path folder;

    @Test
    void tools_listsThem() {
        try (var daemon = new LiveDaemon(folder)) {
            Invocation human = daemon.run("tools");
            JsonValue tools = daemon.run("tools", "--json").json().at("tools");

            assertThat(human.out().lines().findFirst().orElseThrow()).matches("NAME +VERSION +EFFECT +DESCRIPTION");
            assertThat(human.out()).containsPattern("shell\\.execute +1 +EFFECT +Runs a program");
            assertThat(tools.asArray().elements().stream()
                            .map(tool -> tool.at("name").text()))
                    .isSorted()
                    .contains("file.read", "http.request", "shell.execute");
            assertThat(tools.at("0").asObject().members().keySet())
                    .containsExactly(
                            "name", "version", "effect", "description", "attributes", "timeoutMillis", "inputSchema");
        }
    }

    @Test
    void halt_terminatesAndRefuses_untilUnhalt() {
        try (var daemon = new LiveDaemon(folder)) {
            daemon.spawn("echo");

            Invocation halt = daemon.run("halt", "--reason", "fire");
            Invocation refused = daemon.run("spawn", "echo");
            Invocation refusedJson = daemon.run("spawn", "echo", "--json");
            Invocation unhalt = daemon.run("unhalt");
            Invocation spawned = daemon.run("spawn", "echo");

            assertThat(halt.out()).isEqualTo("halted: 1 agent stopped; 'agent-os unhalt' allows to spawn again\n");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).contains("fire", "run 'agent-os unhalt'").hasLineCount(1);
            assertThat(refusedJson.json().at("error", "code").text()).isEqualTo("HALTED");
            assertThat(unhalt.out()).isEqualTo("agents can be spawned again\n");
            assertThat(spawned.exit()).isZero();
        }
    }

    @Test
    void haltAndUnhalt_haveStableFields_asJson() {
        try (var daemon = new LiveDaemon(folder)) {
            JsonObject halt = daemon.run("halt", "--json").json();

            assertThat(halt.members().keySet()).containsExactly("halted", "report");
            assertThat(halt.at("halted").bool()).isTrue();
            assertThat(halt.at("report").asObject().members().keySet())
                    .containsExactly("stopped", "abandoned", "tookMillis");
            assertThat(daemon.run("unhalt", "--json").out()).isEqualTo("{\"halted\":false}\n");
        }
    }

    @Test
    void shutdown_answersAndEndsTheDaemon() {
        try (var daemon = new LiveDaemon(folder)) {
            daemon.spawn("echo");

            JsonObject shutdown = daemon.run("shutdown", "--json").json();
            Invocation again = daemon.run("shutdown");

            assertThat(shutdown.at("report", "stopped")).isEqualTo(JsonValue.of(1));
            // The one who started this daemon has not closed it yet; the report is the first one's.
            assertThat(again.out()).isEqualTo("shut down: 1 agent stopped\n");
        }
    }

    @Test
    void version_isThatOfTheBuild() {
        Invocation human = Invocation.of("version");
        JsonObject json = Invocation.of("version", "--json").json();

        assertThat(human.out()).matches("agent-os \\d+\\.\\d+\\.\\d+\\S* \\(Java .*\\)\n");
        assertThat(json.members().keySet()).containsExactly("version", "java");
        assertThat(human.out())
                .contains(json.at("version").text(), json.at("java").text());
    }

    @Test
    void completion_isAScriptThatBashUnderstands() throws IOException, InterruptedException {
        Invocation completion = Invocation.of("completion");
        Path script = Files.writeString(
                folder.resolve("script"),
                completion.out()
                        + "\nCOMP_WORDS=(agent-os st); COMP_CWORD=1; _complete_agent-os; echo ${COMPREPLY[@]}\n");

        var bash = new ProcessBuilder("bash", script.toString()).start();
        String completed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor()).isZero();
        assertThat(completed.strip().split("\\s+")).containsExactlyInAnyOrder("status", "stop", "store");
        assertThat(Invocation.of("completion", "--json").json().at("completion").text())
                .isEqualTo(completion.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list",
                "status x",
                "pause x",
                "resume x",
                "stop x",
                "terminate x",
                "send x 1",
                "log",
                "log --follow",
                "ask x 1",
                "publish a 1",
                "messages --conversation 1",
                "dead-letters list",
                "dead-letters redeliver 1",
                "events",
                "events --follow",
                "memory list",
                "memory list shared/a",
                "memory get shared/a k",
                "memory put shared/a k 1",
                "memory remember shared/a t",
                "memory search shared/a t",
                "memory forget shared/a k",
                "memory export shared/a",
                "memory import shared/a f",
                "tools",
                "halt",
                "unhalt",
                "shutdown",
                "spawn echo",
                "spawn echo --wait"
            })
    void everyClient_exits3_whenThereIsNoDaemon(String words) {
        String socket = folder.resolve("nobody").toString();

        Invocation human = Invocation.of(("--socket " + socket + " " + words).split(" "));
        Invocation json = Invocation.of((words + " --json --socket " + socket).split(" "));

        assertThat(human)
                .isEqualTo(new Invocation(
                        3,
                        "",
                        "agent-os: no daemon at " + socket + "; start one with 'agent-os run --detach --socket "
                                + socket + "'\n"));
        assertThat(json.exit()).isEqualTo(3);
        assertThat(json.json().at("error", "code").text()).isEqualTo("NO_DAEMON");
        assertThat(json.json().at("error", "exit")).isEqualTo(JsonValue.of(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "list extra",
                "status",
                "send x",
                "memory",
                "memory get shared/a",
                "memory search shared/a t --words --meaning",
                "memory search shared/a t --as-of soon",
                "messages",
                "dead-letters",
                "dead-letters redeliver x",
                "publish a",
                "store",
                "store backup",
                "stop x --grace",
                "spawn",
                "list --no-such",
                "--socket"
            })
    void usage_exits2_andSaysWhereToLook(String words) {
        String[] args = words.isEmpty() ? new String[0] : words.split(" ");

        Invocation invocation = Invocation.of(args);

        assertThat(invocation.exit()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err())
                .startsWith("agent-os: ")
                .contains("--help'")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory put shared/a k nonsense",
                "memory remember shared/a t --meta novalue",
                "memory forget shared/a k --purge",
                "events --since soon",
                "events --follow --limit 1",
                "events --limit 0",
                "ask x nonsense",
                "send x nonsense",
                "publish a nonsense",
                "memory remember shared/a t --meta a=1 --meta a=2"
            })
    void words_thatCannotBe_exit2_beforeADaemonIsLookedFor(String words) {
        Invocation invocation = Invocation.of((words + " --socket " + folder.resolve("nobody")).split(" "));

        assertThat(invocation.exit()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err()).startsWith("agent-os: ").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory list", "memory remember", "memory search", "memory export", "store backup"})
    void help_ofACommandWithinACommand_namesTheSharedOptions(String words) {
        Invocation help = Invocation.of((words + " --help").split(" "));

        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("Usage: agent-os " + words, "--socket=PATH", "--json");
    }

    @Test
    void usage_isADocument_asJson() {
        JsonObject error =
                Invocation.of("list", "--json", "--no-such").json().at("error").asObject();

        assertThat(error.members().keySet()).containsExactly("code", "message", "exit");
        assertThat(error.at("code").text()).isEqualTo("USAGE");
        assertThat(Invocation.of("nonsense", "--", "--json").out()).isEmpty();
    }

    @Test
    void help_listsEveryCommand() {
        Invocation help = Invocation.of("--help");

        assertThat(help.exit()).isZero();
        for (String command : ALL) {
            assertThat(help.out()).containsPattern("(?m)^  " + command + " ");
        }
    }

    @Test
    void help_ofEveryCommand_namesTheSharedOptions() {
        for (String command : ALL) {
            Invocation help = Invocation.of(command, "--help");

            assertThat(help.exit()).isZero();
            assertThat(help.out()).contains("Usage: agent-os " + command, "--socket=PATH", "--json");
        }
    }

    @Test
    void socket_isRefused_whenItsPathIsTooLong() {
        Path path = folder.resolve("x".repeat(100));

        Invocation client = Invocation.of("list", "--socket", path.toString());
        Invocation run = Invocation.of(
                "run",
                "--socket",
                path.toString(),
                "--data",
                folder.resolve("d").toString());

        assertThat(client.exit()).isEqualTo(2);
        assertThat(client.err()).contains("at most 107 bytes").hasLineCount(1);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(folder.resolve("d")).doesNotExist();
    }
}
