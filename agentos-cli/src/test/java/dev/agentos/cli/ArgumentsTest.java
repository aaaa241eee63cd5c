package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentContext;
import dev.agentos.api.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Words on the command line: where they may stand, how they are read, and how wrong ones are told. */
class ArgumentsTest {
    @TempDir
    Path folder;

    private LiveDaemon daemon;

    /** Completes with all the parameters that it got. */
    public static final class Mirror implements Agent {
        @Override
        public void run(AgentContext ctx) {
            Map<String, Object> seen = new TreeMap<>();
            for (String name : List.of("a", "b", "c", "args")) {
                ctx.optionalParam(name, Object.class).ifPresent(value -> seen.put(name, value));
            }
            ctx.result(seen);
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

    private String mirrored(String... words) throws IOException {
        Path file = folder.resolve("mirror.yaml");
        Files.writeString(file, "name: mirror\nclass: " + Mirror.class.getName() + "\n");
        var args = new java.util.ArrayList<>(List.of("spawn", file.toString(), "--wait"));
        args.addAll(List.of(words));
        Invocation invocation = daemon.run(args.toArray(String[]::new));
        assertThat(invocation.err()).isEmpty();
        return invocation.out().strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a=1 | {\"a\":1}",
                "a=-1.50 | {\"a\":-1.5}",
                "a=true | {\"a\":true}",
                "a=yes | {\"a\":\"yes\"}",
                "a= | {\"a\":\"\"}",
                "a=b=c | {\"a\":\"b=c\"}",
                "a=\"1\" | {\"a\":\"1\"}",
                "a=[1,\"x\"] | {\"a\":[1,\"x\"]}",
                "a={\"k\":{}} | {\"a\":{\"k\":{}}}",
                "a=[1 | {\"a\":\"[1\"}",
                "a=ä € | {\"a\":\"ä €\"}",
                "a=9007199254740993 | {\"a\":9007199254740993}"
            })
    void set_isJsonIfItCanBe_elseText(String setting, String expected) throws IOException {
        assertThat(mirrored("--set", setting)).isEqualTo(expected);
    }

    @Test
    void set_mayBeRepeated_andStandBetweenOtherOptions() throws IOException {
        assertThat(mirrored("--set", "a=1", "--grant", "agent:* send", "--set=b=2", "--set", "c=3"))
                .isEqualTo("{\"a\":1,\"b\":2,\"c\":3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1", "a", "", "="})
    void set_isRefused_withoutNameOrEqualsSign(String setting) {
        Invocation invocation = daemon.run("spawn", "echo", "--set", setting);

        assertThat(invocation.exit()).isEqualTo(2);
        assertThat(invocation.err()).contains("--set takes a name, '=' and a value, not '" + setting + "'");
    }

    @Test
    void set_isRefused_whenANameIsGivenTwice() {
        Invocation invocation = daemon.run("spawn", "echo", "--set", "a=1", "--set", "a=2");

        assertThat(invocation).isEqualTo(new Invocation(2, "", "agent-os: --set a is given twice\n"));
    }

    @Test
    void set_isRefused_whenItIsNull() {
        Invocation invocation = daemon.run("spawn", "echo", "--set", "a=null");

        assertThat(invocation.exit()).isEqualTo(2);
        assertThat(invocation.err()).contains("'a'", "null");
    }

    @Test
    void wordsAfterTwoDashes_areArguments_whateverTheyLookLike() throws IOException {
        assertThat(mirrored("--", "--json", "-h", "--", "@file", "", "a b"))
                .isEqualTo("{\"args\":[\"--json\",\"-h\",\"--\",\"@file\",\"\",\"a b\"]}");
    }

    @Test
    void sharedOptions_mayStandBeforeAndAfterTheCommand() {
        String socket = daemon.socket().toString();

        for (String[] words : List.of(
                new String[] {"--socket", socket, "--json", "list"},
                new String[] {"list", "--json", "--socket", socket},
                new String[] {"--json", "list", "--socket=" + socket},
                new String[] {"--socket=" + socket, "list", "--json"})) {
            assertThat(Invocation.of(words)).isEqualTo(new Invocation(0, "{\"agents\":[]}\n", ""));
        }
    }

    @Test
    void socket_isRefused_whenItIsGivenTwice() {
        Invocation twice = Invocation.of("list", "--socket", "/a", "--socket", "/b");

        assertThat(twice.exit()).isEqualTo(2);
        assertThat(twice.err()).contains("--socket");
    }

    @ParameterizedTest
    @CsvSource({"lits, list", "spwan, spawn", "statsu, status", "shutdwon, shutdown", "LIST, list"})
    void unknownCommand_isNamed_withTheNearestOne(String word, String nearest) {
        Invocation invocation = Invocation.of(word, "x", "--json");

        assertThat(invocation.exit()).isEqualTo(2);
        assertThat(invocation.err())
                .isEqualTo(
                        "agent-os: there is no command '" + word + "', but '" + nearest + "'; see 'agent-os --help'\n");
        assertThat(invocation.json().at("error", "code").text()).isEqualTo("USAGE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list extra | 'extra'",
                "list --state | --state",
                "list --state asleep | asleep",
                "list --agent x | --agent",
                "status | ID",
                "status a b | 'b'",
                "pause | ID",
                "resume a --reason x | --reason",
                "stop a --grace | --grace",
                "stop a --grace 5 | '5' is no duration",
                "stop a --grace -PT1S | '-PT1S' is no duration",
                "stop a --grace 1w | '1w' is no duration",
                "terminate a --reason | --reason",
                "send a | JSON",
                "send a {} {} | '{}'",
                "log --agent | --agent",
                "log --since 1 | --since",
                "tools x | 'x'",
                "halt now | 'now'",
                "unhalt --reason x | --reason",
                "shutdown now | 'now'",
                "spawn | FILE",
                "spawn echo --grant | --grant",
                "spawn echo --name | --name",
                "run extra | 'extra'",
                "run --data | --data",
                "demo x | 'x'",
                "version x | 'x'",
                "completion zsh | 'zsh'"
            })
    void wrongWords_exit2_andAreNamed_beforeAnythingIsCalled(String words, String named) {
        Invocation invocation = daemon.run(words.split(" "));

        assertThat(invocation.exit()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err()).contains(named).hasLineCount(1);
        assertThat(invocation.err()).contains("see 'agent-os " + words.split(" ")[0] + " --help'");
        assertThat(daemon.run("log").out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | expected close marker",
                "hello | Unrecognized token 'hello'",
                "1 2 | more text",
                "`` | nothing"
            })
    void payload_thatIsNoJson_isExplainedInOneLine_withoutTheInsideOfAParser(String payload, String problem) {
        daemon.spawn("echo");

        Invocation invocation = daemon.run("send", "echo", payload);

        assertThat(invocation.exit()).isEqualTo(2);
        assertThat(invocation.err())
                .startsWith("agent-os: the payload is not JSON: line 1: ")
                .contains(problem)
                .endsWith("; a text needs quotes: '\"text\"'\n")
                .doesNotContain("REDACTED", "UNKNOWN", "Jackson", "StreamRead")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "0", "\"\"", "[]", "{\"deep\":[[[[{}]]]]}", "\"\\u0000\"", "1e400", "\"😀\""})
    void payload_isAnyJson(String payload) {
        daemon.spawn("echo");

        JsonObject sent = daemon.run("send", "echo", payload, "--json").json();

        assertThat(sent.toString()).isEqualTo("{\"agent\":\"echo#1\",\"sent\":true}");
    }

    @ParameterizedTest
    @CsvSource({"60000ms", "90s", "5m", "2h", "1d", "PT30.5S", "pt50s"})
    void grace_isAnyOfTheForms(String grace) {
        daemon.spawn("echo");

        Invocation stop = daemon.run("stop", "echo", "--grace", grace);

        assertThat(stop).isEqualTo(new Invocation(0, "agent echo#1 completed\n", ""));
    }

    @Test
    void grace_beyondAYear_isRefusedByTheDaemon_asUsage() {
        daemon.spawn("echo");

        Invocation stop = daemon.run("stop", "echo", "--grace", "366d");

        assertThat(stop.exit()).isEqualTo(2);
        assertThat(stop.err()).contains("'graceMillis'");
        assertThat(daemon.run("list", "--state", "running").out()).contains("echo#1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "/etc", "a/../b", "a#b", "café", "..", "a//b"})
    void name_thatIsNone_isRefused_andNothingIsSpawned(String name) {
        Invocation spawn = daemon.run("spawn", "echo", "--name", name);

        assertThat(spawn.exit()).isEqualTo(2);
        assertThat(spawn.err())
                .startsWith("agent-os: ")
                .contains("'" + name + "'")
                .hasLineCount(1);
        assertThat(daemon.run("list").out()).isEqualTo("no agents\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tool:shell.execute",
                "tool:shell.execute call;",
                "tool:shell.execute call; argv0",
                "file:relative read",
                "file:/data/../etc read",
                "nonsense:/x read",
                "file:/x"
            })
    void grant_thatIsNone_isRefused_andNothingIsSpawned(String grant) {
        Invocation spawn = daemon.run("spawn", "echo", "--grant", grant);

        assertThat(spawn.exit()).as(spawn.err()).isEqualTo(2);
        assertThat(spawn.err()).hasLineCount(1);
        assertThat(daemon.run("list").out()).isEqualTo("no agents\n");
    }
}
