package dev.agentos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentContext;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcClient;
import dev.agentos.testkit.LeakCheck;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The methods of a daemon, as a program calls them. */
class DaemonTest {
    private static final JsonProvider JSON = Providers.only(JsonProvider.class);

    @TempDir
    Path folder;

    private LeakCheck leaks;
    private Daemon daemon;
    private RpcClient client;

    /** Computes until it is interrupted, and longer; it never crosses the gate. */
    public static final class Spinner implements Agent {
        static final CountDownLatch STOP = new CountDownLatch(1);

        @Override
        public void run(AgentContext ctx) {
            long spins = 0;
            while (STOP.getCount() > 0) {
                spins++;
            }
            ctx.result(spins);
        }
    }

    @BeforeEach
    void start() throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).close(); // makes the JDK open the one that it keeps
        leaks = LeakCheck.begin();
        daemon = Daemon.start(folder.resolve("data"), folder.resolve("s"));
        client = RpcClient.connect(folder.resolve("s"));
    }

    @AfterEach
    void stop() {
        client.close();
        daemon.close();
        leaks.assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "agent.status | {} | 'agent' is missing",
                "agent.status | {\"agent\":7} | 'agent' must be a string",
                "agent.status | {\"agent\":\"x\",\"more\":1} | 'more' is not known; known are agent",
                "agent.list | {\"limit\":1.5} | 'limit' must be a whole number from 0 to 1000",
                "agent.list | {\"limit\":-1} | 'limit' must be a whole number",
                "agent.list | {\"limit\":1e99} | 'limit' must be a whole number",
                "agent.list | {\"state\":\"ASLEEP\"} | no state 'ASLEEP'",
                "agent.stop | {\"agent\":\"x\",\"graceMillis\":\"5\"} | no agent 'x'",
                "agent.send | {\"agent\":\"x\"} | no agent 'x'",
                "agent.spawn | {} | either 'file' or 'template'",
                "agent.spawn | {\"file\":\"/x\",\"template\":\"echo\"} | either 'file' or 'template'",
                "agent.spawn | {\"file\":\"relative.yaml\"} | must be an absolute path",
                "agent.spawn | {\"file\":\"/a\\u0000b\"} | agent.spawn",
                "agent.spawn | {\"template\":\"echo\",\"grants\":[1]} | 'grants' must be an array of strings",
                "agent.spawn | {\"template\":\"echo\",\"grants\":\"x\"} | 'grants' must be an array of strings",
                "agent.spawn | {\"template\":\"echo\",\"wait\":1} | 'wait' must be true or false",
                "agent.spawn | {\"template\":\"echo\",\"params\":[]} | 'params' must be an object",
                "agent.spawn | {\"template\":\"echo\",\"params\":{\"a\":null}} | parameter 'a' is null",
                "log.read | {\"afterAction\":-1} | 'afterAction' must be a whole number",
                "system.halt | {\"reason\":1} | 'reason' must be a string",
                "system.unhalt | {\"x\":1} | 'x' is not known",
                "tool.list | {\"x\":1} | 'x' is not known",
                "no.method | {} | no method 'no.method'"
            })
    void wrongParameters_areNamed(String method, String params, String problem) {
        JsonObject parsed = JSON.parse(params).asObject();

        assertThatThrownBy(() -> client.call(method, parsed))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(problem);
        assertThat(client.call("agent.list", JsonObject.EMPTY)
                        .at("agents")
                        .asArray()
                        .size())
                .isZero();
    }

    @Test
    void list_comesInPages() {
        for (int i = 0; i < 5; i++) {
            client.call("agent.spawn", params("{\"template\":\"echo\"}"));
        }

        JsonObject first = client.call("agent.list", params("{\"limit\":2}"));
        JsonObject second = client.call("agent.list", params("{\"limit\":2,\"after\":\"echo-3#3\"}"));
        JsonObject last = client.call("agent.list", params("{\"limit\":2,\"after\":\"echo-5#5\"}"));

        assertThat(ids(first)).isEqualTo("[\"echo#1\",\"echo-2#2\"]");
        assertThat(first.at("more").bool()).isTrue();
        assertThat(ids(second)).isEqualTo("[\"echo-4#4\",\"echo-5#5\"]");
        assertThat(second.at("more").bool()).isFalse();
        assertThat(ids(last)).isEqualTo("[]");
    }

    @Test
    void spawn_tellsTheIdBeforeItWaits() throws Exception {
        var told = new CountDownLatch(1);
        var waiting = new FutureTask<>(() -> {
            try (var other = RpcClient.connect(folder.resolve("s"))) {
                return other.call("agent.spawn", params("{\"template\":\"echo\",\"wait\":true}"), (name, what) -> {
                    if (name.equals("agent.spawned") && what.at("agent").text().equals("echo#1")) {
                        told.countDown();
                    }
                });
            }
        });
        Thread.ofVirtual().start(waiting);
        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();

        client.call("agent.stop", params("{\"agent\":\"echo\"}"));

        assertThat(waiting.get().toString())
                .isEqualTo("{\"agent\":\"echo#1\",\"exit\":{\"state\":\"COMPLETED\",\"result\":null}}");
    }

    @Test
    void operator_isTheUserOfTheSocket() throws IOException {
        client.call("agent.spawn", params("{\"template\":\"echo\"}"));

        JsonValue owner =
                client.call("agent.status", params("{\"agent\":\"echo\"}")).at("agent", "owner");

        int uid = (Integer) Files.getAttribute(folder, "unix:uid");
        assertThat(owner.text()).isEqualTo("operator:" + uid);
    }

    @Test
    void control_works_withEveryCarrierInAnEndlessLoop() throws IOException {
        Path file = Files.writeString(
                folder.resolve("spinner.yaml"), "name: spinner\nclass: " + Spinner.class.getName() + "\n");
        int carriers = 2 * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < carriers; i++) {
            client.call("agent.spawn", params("{\"file\":\"" + file + "\",\"name\":\"spinner-" + i + "\"}"));
        }

        JsonObject exit = client.call("agent.terminate", params("{\"agent\":\"spinner-0\"}"));
        Spinner.STOP.countDown();

        assertThat(exit.at("exit", "state").text()).isEqualTo("TERMINATED");
    }

    @Test
    void log_startsAnywhere() {
        client.call("agent.spawn", params("{\"template\":\"echo\"}"));
        client.call("agent.pause", params("{\"agent\":\"echo\"}"));

        JsonObject all = client.call("log.read", JsonObject.EMPTY);
        JsonObject none = client.call(
                "log.read",
                JsonObject.builder()
                        .put("afterAction", all.at("afterAction"))
                        .put("afterEvent", all.at("afterEvent"))
                        .build());
        JsonObject lastAction = client.call(
                "log.read",
                JsonObject.builder()
                        .put("afterAction", 1)
                        .put("afterEvent", all.at("afterEvent"))
                        .build());

        assertThat(all.at("afterAction")).isEqualTo(JsonValue.of(2));
        assertThat(none.at("entries").asArray().size()).isZero();
        assertThat(lastAction.at("entries").asArray().size()).isEqualTo(1);
        assertThat(lastAction.at("entries", "0", "text").text()).isEqualTo("agent:echo pause");
    }

    @Test
    void close_isTheSame_whoeverAsksAndHowOften() {
        client.call("agent.spawn", params("{\"template\":\"echo\"}"));

        JsonObject report = client.call("system.shutdown", JsonObject.EMPTY);
        daemon.close();
        daemon.close();

        assertThat(report.at("report", "stopped")).isEqualTo(JsonValue.of(1));
        assertThat(folder.resolve("s")).doesNotExist();
    }

    private static JsonObject params(String json) {
        return JSON.parse(json).asObject();
    }

    private static String ids(JsonObject page) {
        return JsonValue.of(page.at("agents").asArray().elements().stream()
                        .map(agent -> agent.at("id").text())
                        .toList())
                .toString();
    }
}
