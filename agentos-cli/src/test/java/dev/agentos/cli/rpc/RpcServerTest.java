package dev.agentos.cli.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.testkit.LeakCheck;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server and peers that do not keep to the rules. */
class RpcServerTest {
    private static final Bounds BOUNDS = new Bounds(8, 3, 10_000, Duration.ofMinutes(1), Duration.ofSeconds(2));

    private final Semaphore interrupted = new Semaphore(0);
    private final CountDownLatch release = new CountDownLatch(1);

    @TempDir
    Path folder;

    private LeakCheck leaks;
    private RpcServer server;

    @BeforeAll
    static void letTheJdkOpenItsOwn() throws IOException {
        // The first socket of a JVM makes it open one that it keeps, for closing others safely.
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
    }

    @BeforeEach
    void beginLeakCheck() {
        leaks = LeakCheck.begin();
    }

    @AfterEach
    void closeServer() throws IOException {
        if (server != null) {
            release.countDown();
            server.close();
            leaks.assertNothingLeft();
        }
    }

    @Test
    void call_isAnswered_withItsId() throws IOException {
        start(BOUNDS);
        try (var peer = peer()) {
            peer.send("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"echo\",\"params\":{\"a\":[1]}}");

            assertThat(peer.line()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":{\"a\":[1]}}");
        }
    }

    @Test
    void notification_isPerformed_withoutAnswer() throws IOException {
        start(BOUNDS);
        try (var peer = peer()) {
            peer.send("{\"jsonrpc\":\"2.0\",\"method\":\"echo\"}");
            peer.send("{\"jsonrpc\":\"2.0\",\"method\":\"no\"}");
            peer.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}");

            assertThat(peer.line()).contains("\"id\":1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "garbage | -32700",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"echo\"} | -32700",
                "[] | -32600",
                "17 | -32600",
                "{} | -32600",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"echo\"} | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"echo\"} | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7} | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[1]} | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"more\":1} | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"unknown\"} | -32601",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"defect\"} | -32000"
            })
    void wrongRequest_isAnswered_andTheConnectionGoesOn(String request, int code) throws IOException {
        start(BOUNDS);
        try (var peer = peer()) {
            peer.send(request);

            assertThat(peer.document().at("error", "code")).isEqualTo(JsonValue.of(code));
            peer.send("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"echo\"}");
            assertThat(peer.document().at("id")).isEqualTo(JsonValue.of(9));
        }
    }

    @Test
    void defect_tellsNothingOfTheInside() throws IOException {
        start(BOUNDS);
        try (var peer = peer()) {
            peer.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"defect\"}");

            assertThat(peer.line()).contains("INTERNAL").doesNotContain("secret");
        }
    }

    @Test
    void nonUtf8_isAnswered_andTheConnectionGoesOn() throws IOException {
        start(BOUNDS);
        try (var peer = peer()) {
            peer.send(new byte[] {(byte) 0xFF, '\n'});

            assertThat(peer.document().at("error", "code")).isEqualTo(JsonValue.of(-32700));
            peer.send("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"echo\"}");
            assertThat(peer.document().at("id")).isEqualTo(JsonValue.of(9));
        }
    }

    @Test
    void endlessLine_isRefused_andTheConnectionClosed() throws IOException {
        start(BOUNDS);
        try (var peer = peer()) {
            peer.send("x".repeat(BOUNDS.lineBytes() + 1));

            assertThat(peer.document().at("error", "message").text()).contains("10000 bytes");
            assertThat(peer.line()).isNull();
        }
    }

    @Test
    void halfALine_isNothing_whenThePeerGoes() throws IOException {
        start(BOUNDS);
        try (var peer = peer()) {
            peer.send("{\"jsonrpc\":\"2.0\"".getBytes(StandardCharsets.UTF_8));
        }

        try (var next = peer()) {
            next.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}");
            assertThat(next.line()).contains("result");
        }
    }

    @Test
    void call_isInterrupted_whenItsPeerGoes() throws Exception {
        start(new Bounds(8, 3, 10_000, Duration.ofMinutes(1), Duration.ofMillis(50)));
        try (var peer = peer()) {
            peer.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"wait\"}");
            assertThat(peer.line()).contains("waiting");
        }

        assertThat(interrupted.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void calls_runSideBySide_upToTheBound() throws Exception {
        start(BOUNDS);
        try (var peer = peer()) {
            for (int i = 1; i <= 3; i++) {
                peer.send("{\"jsonrpc\":\"2.0\",\"id\":" + i + ",\"method\":\"wait\"}");
                assertThat(peer.line()).contains("waiting", "\"call\":" + i);
            }
            peer.send("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"echo\"}");

            assertThat(peer.document().at("error", "data", "code").text()).isEqualTo("REFUSED");
            release.countDown();
            assertThat(peer.line()).contains("released");
        }
    }

    @Test
    void connections_areRefused_beyondTheBound_andServedAgainLater() throws Exception {
        start(BOUNDS);
        var peers = new ArrayList<RawPeer>();
        for (int i = 0; i < BOUNDS.connections(); i++) {
            peers.add(peer());
            peers.getLast().send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}");
            assertThat(peers.getLast().line()).contains("result");
        }

        for (int i = 0; i < 1_000; i++) {
            try (var refused = peer()) {
                assertThat(refused.line()).contains("REFUSED");
                assertThat(refused.line()).isNull();
            }
        }
        for (RawPeer peer : peers) {
            peer.close();
        }
        assertThat(callUntilServed().at("a")).isEqualTo(JsonValue.of(1));
    }

    @Test
    void silentPeer_isSentAway() throws IOException {
        start(new Bounds(8, 3, 10_000, Duration.ofMillis(300), Duration.ofSeconds(2)));
        try (var silent = peer();
                var slow = peer()) {
            slow.send("{\"jsonrpc\":".getBytes(StandardCharsets.UTF_8));

            assertThat(silent.line()).isNull();
            assertThat(slow.line()).isNull();
        }
    }

    @Test
    void waitingPeer_isNotSentAway() throws Exception {
        start(new Bounds(8, 3, 10_000, Duration.ofMillis(300), Duration.ofSeconds(2)));
        try (var waiting = peer();
                var silent = peer()) {
            waiting.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"wait\"}");
            assertThat(waiting.line()).contains("waiting");
            assertThat(silent.line()).isNull(); // so more than the idle time has passed

            release.countDown();

            assertThat(waiting.line()).contains("released");
        }
    }

    @Test
    void close_letsRunningCallsAnswer() throws Exception {
        start(BOUNDS);
        try (var peer = peer()) {
            peer.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"wait\"}");
            assertThat(peer.line()).contains("waiting");
            var closing = Thread.ofPlatform().start(() -> assertThat(closed()).isTrue());
            release.countDown();

            assertThat(peer.line()).contains("released");
            assertThat(peer.line()).isNull();
            closing.join();
        }
    }

    @Test
    void gatekeeper_turnsPeersAway() throws IOException {
        server = RpcServer.start(
                bound(),
                peer -> {
                    throw new Failure(Codes.REFUSED, "not you");
                },
                BOUNDS);

        assertThatThrownBy(() -> {
                    try (var client = RpcClient.connect(folder.resolve("s"))) {
                        client.call("echo", JsonObject.EMPTY);
                    }
                })
                .isInstanceOf(Failure.class)
                .hasMessage("not you");
    }

    @Test
    void client_carriesFailuresAndNotices() throws IOException {
        start(BOUNDS);
        try (var client = RpcClient.connect(folder.resolve("s"))) {
            var told = new ArrayList<String>();
            release.countDown();

            JsonObject result = client.call("wait", JsonObject.EMPTY, (name, params) -> told.add(name + params));

            assertThat(result.toString()).isEqualTo("{\"done\":\"released\"}");
            assertThat(told).containsExactly("waiting{\"call\":1}");
            assertThatThrownBy(() -> client.call("fail", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(Failure.class, failure -> {
                        assertThat(failure.code()).isEqualTo("DENIED");
                        assertThat(failure.details().toString()).isEqualTo("{\"missing\":\"x\"}");
                        assertThat(failure).hasMessage("no");
                    });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"hello | no daemon", "{\"id\":1} | no daemon", "'' | closed the connection"})
    void client_saysSo_whenWhatAnswersIsNoDaemon(String answer, String expected) throws Exception {
        try (ServerSocketChannel other = bound()) {
            Thread.ofVirtual().start(new FutureTask<>(() -> answerOnce(other, answer)));
            try (var client = RpcClient.connect(folder.resolve("s"))) {
                assertThatThrownBy(() -> client.call("echo", JsonObject.EMPTY))
                        .isInstanceOfSatisfying(
                                Failure.class,
                                failure -> assertThat(failure.code()).isEqualTo("CONNECTION"))
                        .hasMessageContaining(expected);
            }
        }
    }

    private static Void answerOnce(ServerSocketChannel other, String answer) throws IOException {
        try (SocketChannel peer = other.accept()) {
            peer.read(ByteBuffer.allocate(1_000));
            if (!answer.isEmpty()) {
                peer.write(ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        }
        return null;
    }

    private JsonObject callUntilServed() {
        while (true) {
            try (var client = RpcClient.connect(folder.resolve("s"))) {
                return client.call("echo", JsonObject.builder().put("a", 1).build());
            } catch (Failure stillFull) {
                assertThat(stillFull.code()).isIn("REFUSED", "CONNECTION");
            }
        }
    }

    private boolean closed() {
        try {
            server.close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private RawPeer peer() throws IOException {
        return new RawPeer(folder.resolve("s"));
    }

    private void start(Bounds bounds) throws IOException {
        server = RpcServer.start(bound(), peer -> this::answer, bounds);
    }

    private ServerSocketChannel bound() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("s")));
    }

    private JsonValue answer(RpcCall call) throws Exception {
        return switch (call.method()) {
            case "echo" -> call.params();
            case "wait" -> waitForRelease(call);
            case "fail" ->
                throw new Failure(
                        "DENIED", "no", JsonObject.builder().put("missing", "x").build());
            case "defect" -> throw new IllegalStateException("secret");
            default -> throw new Failure(Codes.METHOD_UNKNOWN, "no method");
        };
    }

    private JsonValue waitForRelease(RpcCall call) throws IOException, InterruptedException {
        try {
            call.tell("waiting", JsonObject.EMPTY);
            release.await();
        } catch (InterruptedException | IOException e) { // the latter if it is interrupted in the last step of telling
            interrupted.release();
            throw e;
        }
        return JsonObject.builder().put("done", "released").build();
    }
}
