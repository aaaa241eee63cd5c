package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands about agents, against a live daemon. */
class AgentCommandsTest {
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
    void list_saysSo_whenThereAreNoAgents() {
        assertThat(daemon.run("list").out()).isEqualTo("no agents\n");
        assertThat(daemon.run("list", "--json").out()).isEqualTo("{\"agents\":[]}\n");
    }

    @Test
    void list_showsATable() {
        daemon.spawn("echo", "--name", "first");
        daemon.spawn("echo", "--name", "second");
        daemon.run("pause", "second");

        Invocation list = daemon.run("list");

        assertThat(list.exit()).isZero();
        assertThat(list.err()).isEmpty();
        List<String> lines = list.out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).matches("ID +STATE +SINCE +OWNER +MAIL +RESTARTS +DURABLE +REASON");
        assertThat(lines.get(1))
                .matches("first#1 +RUNNING +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d +operator:\\d+ +0 +0");
        assertThat(lines.get(2)).matches("second#2 +PAUSED .* paused from the command line");
    }

    @Test
    void list_hasStableFields_asJson() {
        daemon.spawn("echo");

        JsonObject agent = daemon.run("list", "--json").json().at("agents", "0").asObject();

        assertThat(agent.members().keySet())
                .containsExactly(
                        "id", "state", "reason", "requested", "since", "owner", "pending", "restarts", "durable");
        assertThat(agent.at("id").text()).isEqualTo("echo#1");
        assertThat(agent.at("requested").text()).isEqualTo("NONE");
    }

    @Test
    void list_keepsOneState_whenAsked() {
        daemon.spawn("echo", "--name", "lives");
        daemon.spawn("echo", "--name", "dies");
        daemon.run("terminate", "dies");

        JsonValue running =
                daemon.run("list", "--state", "running", "--json").json().at("agents");
        JsonValue terminated =
                daemon.run("list", "--state", "TERMINATED", "--json").json().at("agents");

        assertThat(running.asArray().size()).isEqualTo(1);
        assertThat(running.at("0", "id").text()).isEqualTo("lives#1");
        assertThat(terminated.asArray().size()).isEqualTo(1);
        assertThat(terminated.at("0", "id").text()).isEqualTo("dies#2");
    }

    @Test
    void list_refusesAStateThatDoesNotExist() {
        Invocation list = daemon.run("list", "--state", "asleep");

        assertThat(list.exit()).isEqualTo(2);
        assertThat(list.err()).contains("asleep", "PAUSED").hasLineCount(1);
    }

    @Test
    void list_pagesThroughManyAgents() {
        for (int i = 0; i < 1_005; i++) {
            daemon.call("agent.spawn", Map.of("template", "echo", "name", "a" + i));
        }

        JsonArray agents = daemon.run("list", "--json").json().at("agents").asArray();

        assertThat(agents.elements().stream()
                        .map(agent -> agent.at("id").text())
                        .distinct())
                .hasSize(1_005);
    }

    @Test
    void status_showsWhatIsKnown() {
        daemon.spawn("echo", "--grant", "agent:* send");

        Invocation status = daemon.run("status", "echo");

        assertThat(status.exit()).isZero();
        assertThat(status.out())
                .contains("id         echo#1\n", "state      RUNNING\n", "grant      agent:* send\n")
                .contains("TURN_TIME 300")
                .doesNotContain("reason", "exit");
    }

    @Test
    void status_hasStableFields_asJson() {
        daemon.spawn("echo");

        JsonObject agent =
                daemon.run("status", "echo", "--json").json().at("agent").asObject();

        assertThat(agent.members().keySet())
                .containsExactly(
                        "id",
                        "state",
                        "reason",
                        "requested",
                        "since",
                        "owner",
                        "pending",
                        "restarts",
                        "durable",
                        "spawned",
                        "labels",
                        "grants",
                        "limits",
                        "used",
                        "children",
                        "exit",
                        "carriersLost",
                        "revived");
        assertThat(agent.at("carriersLost")).hasToString("0");
        assertThat(agent.at("limits").asObject().members().keySet()).containsExactly("max", "toolCallRate", "onExceed");
        assertThat(agent.at("exit").isNull()).isTrue();
    }

    @Test
    void status_tellsTheExit_whenTheAgentHasEnded() {
        daemon.spawn("echo");
        daemon.run("terminate", "echo", "--reason", "enough");

        assertThat(daemon.run("status", "echo").out()).contains("exit       was terminated: enough\n");
        assertThat(daemon.run("status", "echo", "--json")
                        .json()
                        .at("agent", "exit")
                        .toString())
                .isEqualTo("{\"state\":\"TERMINATED\",\"reason\":\"enough\",\"stopped\":1,\"abandoned\":[]}");
    }

    @Test
    void pause_holdsAndResumeLetsGo() {
        daemon.spawn("echo");

        Invocation pause = daemon.run("pause", "echo");
        daemon.run("send", "echo", "1");
        Invocation paused = daemon.run("status", "echo", "--json");
        Invocation again = daemon.run("pause", "echo", "--json");
        Invocation resume = daemon.run("resume", "echo");
        Invocation resumed = daemon.run("resume", "echo", "--json");

        assertThat(pause.out()).isEqualTo("agent echo#1 is paused\n");
        assertThat(paused.json().at("agent", "state").text()).isEqualTo("PAUSED");
        assertThat(paused.json().at("agent", "pending")).isEqualTo(JsonValue.of(1));
        assertThat(again.out())
                .isEqualTo("{\"agent\":\"echo#1\",\"result\":\"ALREADY_PAUSED\",\"state\":\"PAUSED\"}\n");
        assertThat(resume.out()).isEqualTo("agent echo#1 goes on\n");
        assertThat(resumed.out()).isEqualTo("{\"agent\":\"echo#1\",\"state\":\"RUNNING\"}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume"})
    void pauseAndResume_fail_whenTheAgentHasEnded(String command) {
        daemon.spawn("echo");
        daemon.run("stop", "echo");

        Invocation late = daemon.run(command, "echo", "--json");

        assertThat(late.exit()).isEqualTo(1);
        assertThat(late.json().at("error", "code").text()).isEqualTo("AGENT_ENDED");
    }

    @Test
    void stop_completesTheAgent() {
        daemon.spawn("echo");
        daemon.spawn("echo", "--name", "other");

        assertThat(daemon.run("stop", "echo", "--grace", "2s").out()).isEqualTo("agent echo#1 completed\n");
        assertThat(daemon.run("stop", "other", "--json").out())
                .isEqualTo("{\"agent\":\"other#2\",\"exit\":{\"state\":\"COMPLETED\",\"result\":null}}\n");
    }

    @Test
    void stop_terminates_whenTheGracePeriodIsOver() {
        daemon.spawn("shell", "--grant", "tool:shell.execute call", "--", "sleep", "60");

        Invocation stop = daemon.run("stop", "shell", "--grace", "10ms", "--json");

        assertThat(stop.json().at("exit", "state").text()).isEqualTo("TERMINATED");
    }

    @Test
    void stop_refusesAGracePeriodThatIsNone() {
        assertThat(daemon.run("stop", "echo", "--grace", "soon").exit()).isEqualTo(2);
        assertThat(daemon.run("stop", "echo", "--grace", "-5s").exit()).isEqualTo(2);
    }

    @Test
    void terminate_saysWhy() {
        daemon.spawn("echo");
        daemon.spawn("echo", "--name", "other");

        assertThat(daemon.run("terminate", "echo", "--reason", "too loud").out())
                .isEqualTo("agent echo#1 was terminated: too loud\n");
        assertThat(daemon.run("terminate", "other", "--json")
                        .json()
                        .at("exit", "reason")
                        .text())
                .isEqualTo("terminated from the command line");
    }

    @Test
    void send_delivers() {
        daemon.spawn("echo");

        Invocation send = daemon.run("send", "echo", "{\"price\": 1.50}");
        Invocation asJson = daemon.run("send", "echo", "[true, null]", "--json");
        daemon.run("stop", "echo");

        assertThat(send.out()).isEqualTo("agent echo#1 has it in its mailbox\n");
        assertThat(asJson.out()).isEqualTo("{\"agent\":\"echo#1\",\"sent\":true}\n");
        assertThat(daemon.run("log", "--agent", "echo").out())
                .contains("agent.log  {\"price\":1.5}\n", "agent.log  [true,null]\n");
    }

    @Test
    void send_refusesWhatIsNoJson() {
        daemon.spawn("echo");

        Invocation send = daemon.run("send", "echo", "hello");

        assertThat(send.exit()).isEqualTo(2);
        assertThat(send.err()).contains("a text needs quotes").hasLineCount(1);
    }

    @Test
    void send_fails_whenTheAgentHasEnded() {
        daemon.spawn("echo");
        daemon.run("stop", "echo");

        Invocation send = daemon.run("send", "echo", "1", "--json");

        assertThat(send.exit()).isEqualTo(1);
        assertThat(send.json().at("error", "code").text()).isEqualTo("UNDELIVERABLE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "pause", "resume", "stop", "terminate"})
    void everyCommand_fails_whenTheAgentIsUnknown(String command) {
        Invocation human = daemon.run(command, "nobody");
        Invocation json = daemon.run(command, "nobody", "--json");

        assertThat(human.exit()).isEqualTo(1);
        assertThat(human.out()).isEmpty();
        assertThat(human.err()).isEqualTo("agent-os: no agent 'nobody'; 'agent-os list' shows those that there are\n");
        assertThat(json.exit()).isEqualTo(1);
        assertThat(json.json().toString())
                .isEqualTo("{\"error\":{\"code\":\"AGENT_UNKNOWN\",\"message\":"
                        + "\"no agent 'nobody'; 'agent-os list' shows those that there are\",\"exit\":1}}");
    }

    @Test
    void sendAndLog_fail_whenTheAgentIsUnknown() {
        assertThat(daemon.run("send", "nobody", "1").exit()).isEqualTo(1);
        assertThat(daemon.run("log", "--agent", "nobody").exit()).isEqualTo(1);
        assertThat(daemon.run("log", "--follow", "--agent", "nobody").exit()).isEqualTo(1);
    }

    @Test
    void id_mayBeAbbreviated_whileItIsUnique() {
        daemon.spawn("echo", "--name", "market-data");
        daemon.spawn("echo", "--name", "market-maker");

        assertThat(daemon.run("pause", "market-d").out()).isEqualTo("agent market-data#1 is paused\n");
        assertThat(daemon.run("pause", "market-maker#2").out()).isEqualTo("agent market-maker#2 is paused\n");

        Invocation ambiguous = daemon.run("pause", "market", "--json");
        assertThat(ambiguous.exit()).isEqualTo(1);
        assertThat(ambiguous.json().at("error", "code").text()).isEqualTo("AGENT_AMBIGUOUS");
        assertThat(ambiguous.json().at("error", "candidates").toString())
                .isEqualTo("[\"market-data#1\",\"market-maker#2\"]");
        assertThat(ambiguous.err()).contains("market-data#1, market-maker#2").hasLineCount(1);
    }

    @Test
    void id_meansTheLivingAgent_whenAnEndedOneHadTheName() {
        daemon.spawn("echo");
        daemon.run("stop", "echo");
        daemon.spawn("echo");

        assertThat(daemon.run("status", "echo", "--json")
                        .json()
                        .at("agent", "id")
                        .text())
                .isEqualTo("echo#2");
        assertThat(daemon.run("status", "ec", "--json").json().at("agent", "id").text())
                .isEqualTo("echo#2");
        assertThat(daemon.run("status", "echo#1", "--json")
                        .json()
                        .at("agent", "state")
                        .text())
                .isEqualTo("COMPLETED");
    }
}
