package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that remember and talk, in a daemon that is killed and started: each in a process of its own, all by the command line. */
@EnabledOnOs(OS.LINUX)
class MilestoneTest {
    private final List<ProcessHandle> started = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(ProcessHandle::destroyForcibly);
        started.forEach(process -> process.onExit().join());
    }

    @Test
    void memoryAndConversation_areThere_whenTheDaemonWasKilled() throws Exception {
        Process first = start();
        spawnDesk();
        String id = ask("alice", "{\"remember\": \"Water boils at 93 degrees on the plateau\", \"in\": \"shared/lab\"}")
                .at("id")
                .text();
        ask("alice", "{\"tell\": \"bob\", \"payload\": \"look it up\"}");
        ask("alice", "{\"publish\": \"lab.news\", \"payload\": \"a new note\"}");
        JsonValue answer = ask(
                "alice", "{\"ask\": \"bob\", \"payload\": {\"recall\": \"boiling point\", \"in\": \"shared/lab\"}}");
        run("memory", "put", "shared/lab", "mood", "\"good\"");
        assertThat(answer.at("0", "text").text()).contains("93 degrees");
        String conversation =
                awaitLog("alice on lab.news says").at("conversation").toString();
        List<String> before = awaitConversation(conversation, 3);

        kill(first);
        start();

        assertThat(conversation(conversation)).isEqualTo(before);
        assertThat(run("list", "--json").json().at("agents").asArray().elements())
                .extracting(agent -> agent.at("id").text())
                .containsExactly("alice#1", "bob#2");
        assertThat(run("status", "bob").out()).contains("durable    yes, brought back from an earlier daemon\n");
        assertThat(run("memory", "get", "shared/lab", id).out()).contains("Water boils at 93 degrees");
        assertThat(run("memory", "get", "shared/lab", "mood").out()).isEqualTo("\"good\"\n");
        assertThat(ask("bob", "{\"recall\": \"boiling\", \"in\": \"shared/lab\"}")
                        .at("0", "text")
                        .text())
                .contains("93 degrees");
        assertThat(ask("alice", "{\"publish\": \"lab.news\", \"payload\": \"again\"}"))
                .hasToString("{\"subscribers\":1}");
        awaitLog("says \"again\"");
        assertThat(run("store", "check", "--data", data().toString()).out()).endsWith(" is sound\n");
    }

    @Test
    void whoeverHasNoGrant_isDenied_beforeAndAfter() throws Exception {
        Process first = start();
        spawnDesk();
        ask("alice", "{\"remember\": \"Water boils at 93 degrees\", \"in\": \"shared/lab\"}");
        run("spawn", "clerk", "--name", "mallory", "--durable");

        for (int round = 0; round < 2; round++) {
            Invocation read = run("ask", "mallory", "{\"recall\": \"water\", \"in\": \"shared/lab\"}");
            Invocation write = run("ask", "bob", "{\"remember\": \"nonsense\", \"in\": \"shared/lab\"}");
            Invocation oneShot = run("spawn", "recall", "--wait", "--set", "in=shared/lab", "--", "water");
            Invocation granted = run(
                    "spawn",
                    "recall",
                    "--wait",
                    "--set",
                    "in=shared/lab",
                    "--grant",
                    "memory:shared/lab read",
                    "--",
                    "water");

            assertThat(List.of(read.exit(), write.exit(), oneShot.exit(), granted.exit()))
                    .containsExactly(4, 4, 4, 0);
            assertThat(read.err()).endsWith("to allow it, add --grant 'memory:shared/lab read'\n");
            assertThat(write.err()).endsWith("to allow it, add --grant 'memory:shared/lab write'\n");
            assertThat(oneShot.err()).endsWith("to allow it, add --grant 'memory:shared/lab read'\n");
            assertThat(granted.out()).contains("93 degrees").doesNotContain("nonsense");
            if (round == 0) {
                kill(first);
                start();
            }
        }
    }

    /** However a daemon ends, durable agents live on, and what was sent to them is handled once. */
    @ParameterizedTest
    @ValueSource(strings = {"shutdown", "SIGTERM", "SIGKILL"})
    void durableAgents_comeBack_andOthersDoNot(String end) throws Exception {
        Process first = start();
        Path spec = Files.writeString(folder.resolve("keeper.yaml"), """
                name: keeper
                template: clerk
                durable: true
                subscribe: [lab.*]
                grants: ["topic:lab.* subscribe"]
                """);
        run("spawn", spec.toString());
        run("spawn", "clerk", "--name", "passer-by");
        run("spawn", "clerk", "--name", "ended", "--durable");
        run("stop", "ended");
        ask("keeper", "{\"put\": \"n\", \"value\": 1}");
        run("pause", "keeper");
        run("send", "keeper", "{\"put\": \"n\", \"value\": 2}");
        Files.delete(spec); // it was read once

        switch (end) {
            case "shutdown" -> run("shutdown");
            case "SIGTERM" -> first.destroy();
            default -> first.destroyForcibly();
        }
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        start();

        JsonValue agents = run("list", "--json").json().at("agents");
        assertThat(agents.asArray().elements())
                .extracting(
                        agent -> agent.at("id").text() + " " + agent.at("state").text())
                .containsExactly("keeper#1 PAUSED");
        assertThat(agents.at("0", "durable").bool()).isTrue();
        run("resume", "keeper");
        assertThat(ask("keeper", "{\"get\": \"n\"}")).hasToString("{\"value\":2}");
        assertThat(run("publish", "lab.news", "1").out()).isEqualTo("1 agent gets it\n");
        assertThat(run("memory", "list", "agent/keeper").out()).isEqualTo("KEY  VERSION  VALUE\nn    2        2\n");
    }

    // ---- the desk, and its daemon

    private void spawnDesk() {
        assertThat(run(
                                "spawn",
                                "clerk",
                                "--name",
                                "alice",
                                "--durable",
                                "--grant",
                                "memory:shared/lab read,write",
                                "--grant",
                                "agent:bob send",
                                "--grant",
                                "topic:lab.* publish")
                        .out())
                .isEqualTo("alice#1\n");
        assertThat(run(
                                "spawn",
                                "clerk",
                                "--name",
                                "bob",
                                "--durable",
                                "--grant",
                                "memory:shared/lab read",
                                "--grant",
                                "topic:lab.* subscribe",
                                "--subscribe",
                                "lab.*")
                        .out())
                .isEqualTo("bob#2\n");
    }

    private JsonValue ask(String agent, String order) {
        Invocation asked = run("ask", agent, order, "--json");
        assertThat(asked.exit()).as(asked.err()).isZero();
        return asked.json().at("answer");
    }

    /** The event of a line that an agent logs; agents take time. */
    private JsonObject awaitLog(String part) {
        while (true) {
            for (JsonValue event : run("events", "--type", "agent.log", "--json")
                    .json()
                    .at("events")
                    .asArray()
                    .elements()) {
                if (event.at("text").text().contains(part)) {
                    return event.asObject();
                }
            }
        }
    }

    private List<String> conversation(String id) {
        return run("messages", "--conversation", id, "--json").json().at("messages").asArray().elements().stream()
                .map(JsonValue::toString)
                .toList();
    }

    /** What no durable agent is to get is written a moment later. */
    private List<String> awaitConversation(String id, int messages) {
        List<String> conversation = conversation(id);
        while (conversation.size() < messages) {
            conversation = conversation(id);
        }
        return conversation;
    }

    private Path data() {
        return folder.resolve("d");
    }

    private Invocation run(String... args) {
        var words = new ArrayList<>(
                List.of("--socket", data().resolve("agent-os.sock").toString()));
        words.addAll(List.of(args));
        return Invocation.of(words.toArray(String[]::new));
    }

    private static void kill(Process daemon) throws InterruptedException {
        daemon.destroyForcibly();
        assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private Process start() throws IOException {
        Process daemon = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.sqlite.tmpdir=" + folder, // who is killed leaves its library there
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.agentos.cli.Main",
                        "run",
                        "--json",
                        "--data",
                        data().toString())
                .redirectError(folder.resolve("err").toFile())
                .start();
        started.add(daemon.toHandle());
        String line = daemon.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).as("what the daemon says").isNotNull().contains("\"storage\":\"" + data());
        return daemon;
    }
}
