package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code log}, against a live daemon. */
class LogCommandTest {
    private static final int PIPE = 1024 * 1024;

    @TempDir
    Path folder;

    private LiveDaemon daemon;

    @BeforeEach
    void startDaemon() {
        daemon = new LiveDaemon(folder);
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    @Test
    void log_isEmpty_atFirst() {
        assertThat(daemon.run("log")).isEqualTo(new Invocation(0, "", ""));
        assertThat(daemon.run("log", "--json").out()).isEqualTo("{\"entries\":[]}\n");
    }

    @Test
    void log_showsActionsAndEvents_inOrder() {
        daemon.run("spawn", "shell", "--wait", "--", "uname");

        Invocation log = daemon.run("log");

        assertThat(log.out())
                .containsSubsequence(
                        "agent:shell spawn  done",
                        "agent.spawned  spawned by operator:",
                        "PENDING → RUNNING",
                        "tool:shell.execute call; ",
                        "refused: ",
                        "RUNNING → FAILED");
        assertThat(log.out().lines())
                .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}  .*"));
    }

    @Test
    void log_tellsADenialOnce() {
        daemon.run("spawn", "shell", "--wait", "--", "uname");

        JsonValue entries = daemon.run("log", "--json").json().at("entries");

        List<JsonValue> denials = entries.asArray().elements().stream()
                .filter(entry -> entry.find("decision")
                        .filter(JsonValue.of("DENY")::equals)
                        .isPresent())
                .toList();
        assertThat(denials).hasSize(1);
        assertThat(denials.getFirst().at("outcome").text()).isEqualTo("NOT_STARTED");
        assertThat(entries.toString()).doesNotContain("action.denied");
    }

    @Test
    void log_hasStableFields_asJson() {
        daemon.spawn("echo");

        List<JsonValue> entries =
                daemon.run("log", "--json").json().at("entries").asArray().elements();

        JsonObject action = first(entries, "ACTION");
        JsonObject event = first(entries, "EVENT");
        assertThat(action.members().keySet())
                .containsExactly(
                        "kind",
                        "sequence",
                        "time",
                        "who",
                        "type",
                        "text",
                        "decision",
                        "reason",
                        "outcome",
                        "detail",
                        "micros");
        assertThat(event.members().keySet()).containsExactly("kind", "sequence", "time", "who", "type", "text");
        assertThat(Instant.parse(action.at("time").text()))
                .isBefore(Instant.now().plusSeconds(1));
        assertThat(event.at("who").text()).isEqualTo("agent:echo#1");
    }

    @Test
    void log_keepsToOneAgent_whenAsked() {
        daemon.spawn("echo", "--name", "alpha");
        daemon.spawn("echo", "--name", "two");
        daemon.run("pause", "two");

        String log = daemon.run("log", "--agent", "two").out();

        assertThat(log)
                .contains("agent:two spawn", "agent:two pause", "agent:two#2")
                .doesNotContain("alpha");
    }

    @Test
    void log_isComplete_beyondOnePage() {
        daemon.spawn("echo");
        for (int i = 0; i < 400; i++) {
            daemon.call("agent.pause", Map.of("agent", "echo"));
            daemon.call("agent.resume", Map.of("agent", "echo"));
        }

        List<JsonValue> entries =
                daemon.run("log", "--json").json().at("entries").asArray().elements();

        assertThat(numbers(entries, "ACTION"))
                .hasSizeGreaterThan(800)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(numbers(entries, "EVENT")).isSorted().doesNotHaveDuplicates();
        assertThat(numbers(entries, "ACTION").getFirst()).isEqualTo(1);
        assertThat((int) numbers(entries, "ACTION").getLast())
                .isEqualTo(numbers(entries, "ACTION").size());
    }

    @Test
    void follow_showsWhatWasAndWhatComes_untilTheDaemonStops() throws Exception {
        daemon.spawn("echo");
        var in = new PipedInputStream(PIPE);
        var printed = new PrintStream(new PipedOutputStream(in), true, StandardCharsets.UTF_8);
        var following = new FutureTask<>(() -> {
            try (printed) {
                return Main.run(
                        new String[] {
                            "log",
                            "--follow",
                            "--json",
                            "--socket",
                            daemon.socket().toString()
                        },
                        new Terminal(printed, printed));
            }
        });
        Thread.ofPlatform().daemon().start(following);
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));

        readUntil(lines, "PENDING → RUNNING");
        daemon.run("send", "echo", "\"first\"");
        readUntil(lines, "agent.log");
        daemon.run("send", "echo", "\"second\"");
        JsonObject second = readUntil(lines, "second");
        daemon.close();
        readUntil(lines, "RUNNING → COMPLETED");

        assertThat(second.at("kind").text()).isEqualTo("EVENT");
        assertThat(following.get()).isZero();
    }

    private static JsonObject readUntil(BufferedReader lines, String part) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.contains(part)) {
            line = lines.readLine();
        }
        assertThat(line).as("a line with " + part).isNotNull();
        return Invocation.parse(line);
    }

    private static JsonObject first(List<JsonValue> entries, String kind) {
        return entries.stream()
                .filter(entry -> entry.at("kind").text().equals(kind))
                .findFirst()
                .orElseThrow()
                .asObject();
    }

    private static List<Integer> numbers(List<JsonValue> entries, String kind) {
        return entries.stream()
                .filter(entry -> entry.at("kind").text().equals(kind))
                .map(entry -> entry.at("sequence").number().intValueExact())
                .toList();
    }
}
