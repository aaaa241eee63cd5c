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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code events}, against a live daemon. */
class EventsCommandTest {
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

    private List<JsonValue> events(String... options) {
        var words = new ArrayList<>(List.of("events", "--json"));
        words.addAll(List.of(options));
        Invocation invocation = daemon.run(words.toArray(String[]::new));
        assertThat(invocation.exit()).as(invocation.err()).isZero();
        return invocation.json().at("events").asArray().elements();
    }

    private static List<Integer> numbers(List<JsonValue> events) {
        return events.stream()
                .map(event -> event.at("sequence").number().intValueExact())
                .toList();
    }

    @Test
    void events_areShown_oldestFirst() {
        daemon.spawn("echo");

        Invocation human = daemon.run("events");
        List<JsonValue> events = events();

        assertThat(human.out().lines())
                .allMatch(line -> line.matches("\\d+  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}  .*"));
        assertThat(human.out()).contains("echo#1  agent.spawned  spawned by operator:", "PENDING → RUNNING");
        assertThat(numbers(events)).startsWith(1, 2).isSorted();
        assertThat(events.getFirst().asObject().members().keySet())
                .containsExactly("sequence", "time", "agent", "type", "conversation", "text", "data");
    }

    @Test
    void events_arePicked_byTypeAgentAndConversation() {
        daemon.spawn("clerk", "--name", "a");
        daemon.spawn("clerk", "--name", "b");
        daemon.run("ask", "b", "\"hi\"");
        String conversation =
                events("--type", "agent.log").getFirst().at("conversation").toString();

        assertThat(events("--type", "agent.spawned")).hasSize(2);
        assertThat(events("--type", "agent.**", "--agent", "a"))
                .extracting(event -> event.at("agent").text())
                .isNotEmpty()
                .containsOnly("a#1");
        assertThat(events("--agent", "b#2", "--type", "agent.log")).hasSize(1);
        assertThat(events("--agent", "b#1")).isEmpty();
        assertThat(events("--agent", "*", "--type", "agent.spawned")).hasSize(2);
        assertThat(events("--conversation", conversation))
                .isNotEmpty()
                .allMatch(event -> event.at("conversation").toString().equals(conversation));
    }

    @Test
    void limit_keepsTheNewest_orWithSinceTheFirst() {
        daemon.spawn("echo");
        for (int i = 0; i < 600; i++) {
            daemon.call("agent.send", Map.of("agent", "echo", "payload", i));
        }
        List<JsonValue> lines = awaitLines("echo", 600);

        List<JsonValue> newest = events("--limit", "3", "--type", "agent.log");
        List<JsonValue> first = events("--since", "0", "--limit", "501");
        List<JsonValue> all = events("--since", "0");
        List<JsonValue> after =
                events("--since", numbers(all).get(all.size() - 3).toString());

        assertThat(lines).hasSize(600);
        assertThat(newest).extracting(event -> event.at("text").text()).containsExactly("597", "598", "599");
        assertThat(numbers(first)).hasSize(501).startsWith(1).isSorted().doesNotHaveDuplicates();
        assertThat(numbers(all)).hasSizeGreaterThan(600).isSorted().doesNotHaveDuplicates();
        assertThat(after).hasSize(2);
        assertThat(events()).hasSize(100);
    }

    private List<JsonValue> awaitLines(String agent, int count) {
        List<JsonValue> lines = events("--since", "0", "--type", "agent.log", "--agent", agent);
        while (lines.size() < count) {
            lines = events("--since", "0", "--type", "agent.log", "--agent", agent);
        }
        return lines;
    }

    @Test
    void newest_areFound_farBehindOthers() {
        daemon.spawn("echo", "--name", "rare");
        daemon.spawn("echo", "--name", "loud");
        for (int i = 0; i < 700; i++) {
            daemon.call("agent.send", Map.of("agent", "loud", "payload", 1));
        }
        awaitLines("loud", 700);

        List<JsonValue> rare = events("--agent", "rare", "--limit", "1", "--type", "agent.spawned");

        assertThat(rare).hasSize(1);
    }

    @Test
    void since_takesATime() {
        daemon.spawn("echo");

        assertThat(events("--since", "1h")).isNotEmpty();
        assertThat(events("--since", "2100-01-01T00:00:00Z")).isEmpty();
    }

    @Test
    void patterns_areRefused_thatAreNone() {
        assertThat(daemon.run("events", "--type", "agent.*.x").exit()).isEqualTo(2);
        assertThat(daemon.run("events", "--agent", "//").exit()).isEqualTo(2);
    }

    @Test
    void follow_showsWhatComes_untilTheDaemonStops() throws Exception {
        daemon.spawn("echo");
        var in = new PipedInputStream(1024 * 1024);
        var printed = new PrintStream(new PipedOutputStream(in), true, StandardCharsets.UTF_8);
        String socket = daemon.socket().toString();
        var following = new FutureTask<>(() -> {
            try (printed) {
                return Main.run(
                        new String[] {"events", "--follow", "--since", "0", "--json", "--socket", socket},
                        new Terminal(printed, printed));
            }
        });
        Thread.ofPlatform().daemon().start(following);
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));

        JsonObject old = readUntil(lines, "agent.spawned");
        daemon.run("send", "echo", "\"now\"");
        JsonObject news = readUntil(lines, "now");
        daemon.close();
        readUntil(lines, "RUNNING → COMPLETED");

        assertThat(old.at("sequence")).isEqualTo(JsonValue.of(1));
        assertThat(news.at("type").text()).isEqualTo("agent.log");
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
}
