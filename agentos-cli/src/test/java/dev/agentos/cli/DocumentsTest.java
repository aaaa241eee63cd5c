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
    private static final List<String> MAPS =
            List.of("labels", "max", "used", "inputSchema", "metadata", "data", "answer");

    private static final Pattern BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-zA-Z -]+?)(?: NAMESPACE)?(?:`, `[a-z]+)?`[^|]*\\| `(\\{.*?})`");
    /** What stands in a table for a document that is shown below it. */
    private static final Pattern NAMED = Pattern.compile("\\[[A-Z]+]|(?<=:)[A-Z]{3,}|\\[…]");

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

        assertThat(fields(summary)).isEqualTo(fields(example("\"durable\":false}")));
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
        "completion, completion",
        "ask, ask clerk {\"put\":\"k\"|\"value\":1}",
        "publish, publish lab.news 1",
        "dead-letters list, dead-letters list",
        "dead-letters redeliver, dead-letters redeliver 1",
        "memory list, memory list",
        "memory put, memory put shared/lab mood 1",
        "memory remember, memory remember shared/lab text",
        "memory search, memory search shared/lab text",
        "memory export, memory export shared/lab FOLDER/out",
        "memory import, memory import shared/lab FOLDER/in",
        "capability list, capability list",
        "capability key, capability key",
        "approvals list, approvals list",
        "store check, store check --data FOLDER",
        "store repair, store repair --data FOLDER",
        "store backup, store backup FOLDER/copy --data FOLDER",
        "store vacuum, store vacuum --data FOLDER"
    })
    void documentOfACommand_isAsInTheTable(String command, String words) throws IOException {
        daemon.spawn("echo");
        if (command.startsWith("dead-letters")) {
            makeLetter();
            daemon.spawn("echo", "--name", "gone");
        } else if (command.equals("ask")) {
            daemon.spawn("clerk");
        }
        Files.createFile(folder.resolve("in"));
        String expected = fields(row(command));

        JsonObject document = json(
                words.replace("FOLDER", folder.toString()).replace('|', ',').split(" "));

        assertThat(fields(document)).as(document.toString()).isEqualTo(expected);
    }

    @Test
    void messagesLettersAndEvents_areAsWritten() {
        makeLetter();
        daemon.spawn("clerk", "--name", "bob");
        json("ask", "bob", "\"hi\"");
        JsonValue event = json("events", "--type", "agent.log").at("events", "0");

        JsonObject messages =
                json("messages", "--conversation", event.at("conversation").toString());

        assertThat(fields(event)).isEqualTo(fields(example("\"type\":\"agent.log\",\"conversation\"")));
        assertThat(fields(messages.at("messages", "0"))).isEqualTo(fields(example("\"topic\":\"lab.news\"")));
        assertThat(fields(json("dead-letters", "list").at("deadLetters", "0")))
                .isEqualTo(fields(example("\"redelivered\":null")));
    }

    @Test
    void whatIsRemembered_isAsWritten() {
        json("memory", "put", "shared/lab", "mood", "1");
        String id =
                json("memory", "remember", "shared/lab", "Water boils").at("id").text();

        JsonObject all = json("memory", "list", "shared/lab");
        JsonValue hit = json("memory", "search", "shared/lab", "water").at("hits", "0");

        assertThat(fields(all)).isEqualTo("{namespace,session,keys,entries,more}");
        assertThat(fields(all.at("keys", "0"))).isEqualTo(fields(example("{\"key\":\"mood\"")));
        assertThat(fields(all.at("entries", "0"))).isEqualTo(fields(example("{\"id\":\"a288c164")));
        assertThat(fields(hit)).isEqualTo(fields(example("{\"score\":")));
        assertThat(fields(json("memory", "get", "shared/lab", "mood")))
                .isEqualTo("{namespace,item" + fields(all.at("keys", "0")) + "}");
        assertThat(fields(json("memory", "get", "shared/lab", id)))
                .isEqualTo("{namespace,entry" + fields(all.at("entries", "0")) + "}");
        assertThat(fields(json("memory", "forget", "shared/lab", id))).isEqualTo("{namespace,id,purged}");
        assertThat(fields(json("memory", "forget", "shared/lab", "mood"))).isEqualTo("{namespace,key,removed}");
    }

    @Test
    void grants_areAsWritten() {
        daemon.spawn("clerk", "--name", "desk");
        daemon.spawn("clerk", "--name", "bob");

        JsonValue granted = json("capability", "grant", "desk", "file:/a read").at("grant");
        String id = granted.at("id").toString();
        JsonValue lent = json("capability", "delegate", id, "bob").at("grant");
        JsonObject missing = json("capability", "explain", "desk", "file:/a write");
        JsonObject shown = json("capability", "show", id);
        JsonObject revoked = json("capability", "revoke", id);

        assertThat(fields(granted)).isEqualTo(fields(example("\"origin\":\"DELEGATED\"")));
        assertThat(fields(lent)).isEqualTo(fields(granted));
        assertThat(fields(shown)).isEqualTo("{grant" + fields(granted) + ",derived}");
        assertThat(fields(shown.at("derived", "0"))).isEqualTo(fields(granted));
        assertThat(fields(missing)).isEqualTo(fields(row("capability explain")));
        assertThat(fields(revoked)).isEqualTo(fields(row("capability revoke")));
    }

    @Test
    void tokens_areAsWritten() throws IOException {
        daemon.spawn("clerk", "--name", "bob");
        String key = json("capability", "key", folder + "/holder.key").at("key").text();
        String here = json("capability", "key").at("system").text();

        JsonObject exported =
                json("capability", "export", "file:/a read", "--for", here, "--holder", key, "--life", "1h");
        Files.writeString(folder.resolve("token"), exported.at("token").text());
        JsonObject signed =
                json("capability", "sign", folder + "/token", "--for", here, "--key", folder + "/holder.key");
        JsonObject imported = json(
                "capability",
                "import",
                folder + "/token",
                "bob",
                "--proof",
                signed.at("proof").text());

        assertThat(fields(exported)).isEqualTo(fields(row("capability export")));
        assertThat(fields(signed)).isEqualTo(fields(row("capability sign")));
        assertThat(fields(imported)).isEqualTo(fields(row("capability import")));
    }

    private JsonObject row(String command) {
        return ROW.matcher(page)
                .results()
                .filter(row -> row.group(1).equals(command))
                .map(row -> Invocation.parse(NAMED.matcher(row.group(2)).replaceAll("[]")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + command));
    }

    private void makeLetter() {
        daemon.spawn("echo", "--name", "gone");
        json("pause", "gone");
        json("send", "gone", "1");
        json("terminate", "gone");
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
