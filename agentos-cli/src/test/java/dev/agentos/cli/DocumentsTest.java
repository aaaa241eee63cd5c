package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code --json} prints has the fields, and their order, of the page that scripts are written by. */
class DocumentsTest {
    /** Objects whose members are data, not fields. */
    private static final List<String> MAPS = List.of("labels", "max", "used", "inputSchema");

    private static final Pattern BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z]+)(?:`, `[a-z]+)?`[^|]*\\| `(\\{.*?})`");

    @TempDir
    Path folder;

    private LiveDaemon daemon;
    private String page;

    @BeforeEach
    void startDaemon() throws IOException {
        page = Files.readString(Path.of("..", "docs", "cli.md"));
        daemon = new LiveDaemon(folder);
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    /** The first example on the page with this text in it. */
    private JsonObject example(String part) {
        return BLOCK.matcher(page)
                .results()
                .flatMap(block -> block.group(1).lines())
                .filter(line -> line.contains(part))
                .map(Invocation::parse)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no example on the page has " + part));
    }

    /** The fields of a document in order, with those of objects in it. */
    private static String fields(JsonValue value) {
        if (!(value instanceof JsonObject object)) {
            return "";
        }
        var fields = new StringBuilder("{");
        object.members().forEach((name, member) -> {
            fields.append(fields.length() == 1 ? "" : ",").append(name);
            if (!MAPS.contains(name)) {
                fields.append(fields(member));
            }
        });
        return fields.append('}').toString();
    }

    private JsonObject json(String... args) {
        String[] words = new String[args.length + 1];
        words[0] = "--json";
        System.arraycopy(args, 0, words, 1, args.length);
        return daemon.run(words).json();
    }

    @Test
    void error_isAsWritten() {
        JsonObject error = json("status", "nobody");

        assertThat(error).isEqualTo(example("AGENT_UNKNOWN"));
        assertThat(fields(error)).isEqualTo(fields(example("AGENT_UNKNOWN")));
    }

    @Test
    void summary_isAsWritten() {
        daemon.spawn("echo");

        JsonValue summary = json("list").at("agents", "0");

        assertThat(fields(summary)).isEqualTo(fields(example("\"restarts\":0}")));
    }

    @Test
    void agent_isAsWritten() throws IOException {
        Path spec = Files.writeString(folder.resolve("a.yaml"), """
                name: a
                template: echo
                labels: {team: docs}
                grants: ["agent:* send"]
                limits: {turns: 5, toolCallsPer: 100/1m}
                """);
        Invocation spawned = daemon.run("spawn", spec.toString());
        assertThat(spawned).as(spawned.err()).extracting(Invocation::exit).isEqualTo(0);
        daemon.run("send", "a", "1");

        JsonValue agent = json("status", "a").at("agent");

        assertThat(fields(agent)).isEqualTo(fields(example("\"children\":[]")));
        assertThat(agent.at("labels").toString()).isEqualTo("{\"team\":\"docs\"}");
        assertThat(agent.at("limits", "max", "TURNS").toString()).isEqualTo("5");
    }

    @Test
    void exits_areAsWritten() {
        daemon.spawn("echo", "--name", "stopped");
        daemon.spawn("echo", "--name", "ended");

        JsonObject completed = json("stop", "stopped");
        JsonObject terminated = json("terminate", "ended");
        JsonObject failed = json("spawn", "shell", "--wait", "--grant", "tool:shell.execute call", "--", "false");

        assertThat(fields(completed.at("exit"))).isEqualTo(fields(example("\"state\":\"COMPLETED\",\"result\"")));
        assertThat(fields(terminated.at("exit"))).isEqualTo(fields(example("\"state\":\"TERMINATED\",\"reason\"")));
        assertThat(failed.members().keySet()).containsExactly("agent", "exit", "error");
        assertThat(failed.at("exit").asObject().members().keySet())
                .containsExactlyElementsOf(
                        example("\"state\":\"FAILED\",\"error\"").members().keySet());
    }

    @Test
    void resultOfAProgram_isAsWritten() {
        JsonObject done = json("spawn", "shell", "--wait", "--grant", "tool:shell.execute call", "--", "true");

        assertThat(fields(done.at("exit", "result"))).isEqualTo(fields(example("\"exitCode\":0")));
    }

    @Test
    void actionsAndEvents_areAsWritten() {
        json("spawn", "shell", "--wait", "--", "true");

        List<JsonValue> entries = json("log").at("entries").asArray().elements();

        assertThat(entries)
                .allSatisfy(
                        entry -> assertThat(fields(entry)).isEqualTo(fields(example("\"kind\":" + entry.at("kind")))));
        assertThat(entries).extracting(entry -> entry.at("kind").text()).contains("ACTION", "EVENT");
    }

    @Test
    void tool_isAsWritten() {
        List<JsonValue> tools = json("tools").at("tools").asArray().elements();

        assertThat(tools)
                .isNotEmpty()
                .allSatisfy(tool -> assertThat(fields(tool)).isEqualTo(fields(example("\"name\":\"file.read\""))));
    }

    @ParameterizedTest
    @CsvSource({
        "pause, pause echo",
        "resume, resume echo",
        "send, send echo 1",
        "halt, halt",
        "unhalt, unhalt",
        "shutdown, shutdown",
        "version, version",
        "completion, completion"
    })
    void documentOfACommand_isAsInTheTable(String command, String words) {
        daemon.spawn("echo");
        String expected = ROW.matcher(page)
                .results()
                .filter(row -> row.group(1).equals(command))
                .map(row -> fields(Invocation.parse(row.group(2))))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + command));

        JsonObject document = json(words.split(" "));

        assertThat(fields(document)).isEqualTo(expected);
    }

    @Test
    void everyDocument_isOneLineOfJson_andStandardErrorIsEmpty_whenAllIsWell() {
        daemon.spawn("echo");
        for (String words : List.of("list", "status echo", "pause echo", "resume echo", "log", "tools", "stop echo")) {
            Invocation invocation = daemon.run((words + " --json").split(" "));

            assertThat(invocation.err()).as(words).isEmpty();
            assertThat(invocation.out()).as(words).endsWith("}\n").hasLineCount(1);
            assertThat(invocation.json().has("error")).as(words).isFalse();
        }
    }
}
