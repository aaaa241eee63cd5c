package dev.agentos.cli.rpc;

import static dev.agentos.cli.rpc.RawPeer.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests may come in pieces, in heaps, at once and cut off, and what each peer gets for it. */
class RpcFramingTest {
    private static final int CALLS = 4;
    private static final int LINE = 300_000;
    private static final Duration SOON = Duration.ofMillis(50);

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final AtomicInteger performed = new AtomicInteger();

    @TempDir
    Path folder;

    private RpcServer server;

    private void start(int connections) throws IOException {
        start(connections, Bounds.DEFAULT.lastAnswers());
    }

    private void start(int connections, Duration lastAnswers) throws IOException {
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("s")));
        server = RpcServer.start(
                channel,
                peer -> this::answer,
                new Bounds(connections, CALLS, LINE, Duration.ofMinutes(1), lastAnswers));
    }

    @AfterEach
    void stop() throws IOException {
        release.countDown();
        server.close();
    }

    private JsonValue answer(RpcCall call) throws Exception {
        performed.incrementAndGet();
        switch (call.method()) {
            case "wait" -> await();
            case "tell" -> {
                for (int i = 0; i < 200; i++) {
                    call.tell(
                            "told",
                            JsonObject.builder().put("text", "x".repeat(i)).build());
                }
            }
            default -> {}
        }
        return call.params();
    }

    private void await() throws InterruptedException {
        try {
            release.await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    private RawPeer peer() throws IOException {
        return new RawPeer(folder.resolve("s"));
    }

    @Test
    void request_isUnderstood_byteByByte() throws IOException {
        start(8);
        try (var peer = peer()) {
            for (byte b : (request(1, "echo", "{\"ä\":\"€\"}") + "\n").getBytes(StandardCharsets.UTF_8)) {
                peer.send(new byte[] {b});
            }

            assertThat(peer.document().at("result", "ä").text()).isEqualTo("€");
        }
    }

    @Test
    void requests_areEachAnswered_whenTheyComeInOnePiece() throws IOException {
        start(8);
        String heap = IntStream.rangeClosed(1, CALLS)
                .mapToObj(i -> request(i, "echo", "{\"n\":" + i + "}") + "\n")
                .reduce("", String::concat);
        try (var peer = peer()) {
            peer.send(heap.getBytes(StandardCharsets.UTF_8));

            var answers = new ArrayList<JsonObject>();
            for (int i = 0; i < CALLS; i++) {
                answers.add(peer.document());
            }
            assertThat(answers).allMatch(answer -> answer.at("result", "n").equals(answer.at("id")));
            assertThat(answers)
                    .extracting(answer -> answer.at("id").toString())
                    .containsExactlyInAnyOrder("1", "2", "3", "4");
        }
    }

    @Test
    void requestBeyondTheBoundOfCalls_isRefused_andTheOthersAreAnswered() throws IOException {
        start(8);
        try (var peer = peer()) {
            for (int i = 1; i <= CALLS; i++) {
                peer.send(request(i, "wait", "{}"));
            }
            peer.send(request(5, "echo", "{}"));

            JsonObject refused = peer.document();
            release.countDown();
            var answered = new HashSet<String>();
            for (int i = 0; i < CALLS; i++) {
                answered.add(peer.document().at("id").toString());
            }

            assertThat(refused.at("id")).isEqualTo(JsonValue.of(5));
            assertThat(refused.at("error", "data", "code").text()).isEqualTo(Codes.REFUSED);
            assertThat(answered).containsExactlyInAnyOrder("1", "2", "3", "4");
        }
    }

    @Test
    void line_ofJustTheBound_isAnswered_andAPayloadOfManyBuffersComesBackWhole() throws IOException {
        start(8);
        String frame = request(1, "echo", "{\"text\":\"\"}");
        String text = "€".repeat((LINE - frame.length()) / 3);
        String padding = "x".repeat((LINE - frame.length()) % 3);
        try (var peer = peer()) {
            peer.send(request(1, "echo", "{\"text\":\"" + text + padding + "\"}"));

            assertThat(peer.document().at("result", "text").text()).isEqualTo(text + padding);
        }
    }

    @Test
    void lineBeyondTheBound_closesThatConnectionOnly() throws IOException {
        start(8);
        try (var rude = peer();
                var polite = peer()) {
            rude.send("x".repeat(LINE) + "y");
            assertThat(rude.document().at("error", "data", "code").text()).isEqualTo(Codes.INVALID_REQUEST);
            assertThat(rude.line()).isNull();

            polite.send(request(1, "echo", "{}"));

            assertThat(polite.document().at("id")).isEqualTo(JsonValue.of(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t", "\r"})
    void emptyLine_isNoJson_andTheNextIsRead(String line) throws IOException {
        start(8);
        try (var peer = peer()) {
            peer.send(line);
            peer.send(request("\"next\"", "echo", "{}"));

            assertThat(peer.document().at("error", "code")).isEqualTo(JsonValue.of(-32700));
            assertThat(peer.document().at("id").text()).isEqualTo("next");
        }
    }

    @Test
    void lineWithACarriageReturn_isUnderstood() throws IOException {
        start(8);
        try (var peer = peer()) {
            peer.send(request(1, "echo", "{}") + "\r");

            assertThat(peer.document().at("id")).isEqualTo(JsonValue.of(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1", "1.5", "12345678901234567890", "\"\"", "\"a\\u0000b\"", "null"})
    void id_comesBackAsItWas(String id) throws IOException {
        start(8);
        try (var peer = peer()) {
            peer.send(request(id, "echo", "{}"));

            assertThat(peer.line()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}");
        }
    }

    @Test
    void deepDocument_isRefused_andNotTheEndOfTheConnection() throws IOException {
        start(8);
        try (var peer = peer()) {
            peer.send("[".repeat(100_000));
            peer.send(request(1, "echo", "{}"));

            assertThat(peer.document().at("error", "code")).isEqualTo(JsonValue.of(-32700));
            assertThat(peer.document().at("id")).isEqualTo(JsonValue.of(1));
        }
    }

    @Test
    void answers_areGiven_toAPeerThatSaysNoMore() throws IOException {
        start(8);
        try (var peer = peer()) {
            for (int i = 1; i <= CALLS; i++) {
                peer.send(request(i, "echo", "{}"));
            }
            peer.endOfRequests();

            var answered = new HashSet<String>();
            for (String line = peer.line(); line != null; line = peer.line()) {
                answered.add(line);
            }

            assertThat(answered).hasSize(CALLS).allMatch(line -> line.contains("result"));
        }
    }

    @Test
    void longCall_isGivenUp_whenItsPeerSaysNoMore() throws Exception {
        start(8, SOON);
        try (var peer = peer()) {
            peer.send(request(1, "wait", "{}"));
            peer.endOfRequests();

            assertThat(peer.line()).isNull();
            assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void requestWithoutItsLineFeed_isNotPerformed_whenThePeerSaysNoMore() throws IOException {
        start(8);
        try (var peer = peer()) {
            peer.send(request(1, "echo", "{}").getBytes(StandardCharsets.UTF_8));
            peer.endOfRequests();

            assertThat(peer.line()).isNull();
        }

        assertThat(performed).hasValue(0);
    }

    @Test
    void notices_andAnswers_ofSeveralCallsDoNotMix() throws IOException {
        start(8);
        try (var peer = peer()) {
            for (int i = 1; i <= CALLS; i++) {
                peer.send(request(i, "tell", "{}"));
            }

            var lengths = new ArrayList<List<Integer>>();
            for (int i = 0; i <= CALLS; i++) {
                lengths.add(new ArrayList<>());
            }
            int answers = 0;
            while (answers < CALLS) {
                JsonObject document = peer.document();
                if (document.has("result")) {
                    answers++;
                } else {
                    int call = Integer.parseInt(document.at("params", "call").toString());
                    lengths.get(call).add(document.at("params", "text").text().length());
                }
            }

            assertThat(lengths.subList(1, CALLS + 1))
                    .allSatisfy(told -> assertThat(told)
                            .containsExactlyElementsOf(
                                    IntStream.range(0, 200).boxed().toList()));
        }
    }

    @Test
    void manyPeers_areServedAtOnce_eachItsOwn() throws Exception {
        int peers = 32;
        start(peers);
        try (var threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            var echoes = new ArrayList<Future<Integer>>();
            for (int i = 0; i < peers; i++) {
                int mine = i;
                echoes.add(threads.submit(() -> echoed(mine)));
            }

            for (Future<Integer> echo : echoes) {
                assertThat(echo.get(60, TimeUnit.SECONDS)).isEqualTo(50);
            }
        }
        assertThat(performed).hasValue(peers * 50);
    }

    /** How many of fifty calls brought back what this peer sent. */
    private int echoed(int mine) {
        int same = 0;
        try (var client = RpcClient.connect(folder.resolve("s"))) {
            for (int i = 0; i < 50; i++) {
                JsonObject sent = JsonObject.builder()
                        .put("peer", mine)
                        .put("call", i)
                        .put("text", "x".repeat(i * 100))
                        .build();
                same += client.call("echo", sent).equals(sent) ? 1 : 0;
            }
        }
        return same;
    }

    @Test
    void batch_isRefusedAsAWhole() throws IOException {
        start(8);
        try (var peer = peer()) {
            peer.send("[" + request(1, "echo", "{}") + "," + request(2, "echo", "{}") + "]");
            peer.send(request(3, "echo", "{}"));

            JsonObject refused = peer.document();

            assertThat(refused.at("id").isNull()).isTrue();
            assertThat(refused.at("error", "code")).isEqualTo(JsonValue.of(-32600));
            assertThat(peer.document().at("id")).isEqualTo(JsonValue.of(3));
            assertThat(performed).hasValue(1);
        }
    }

    @Test
    void error_hasNumberMessageAndData_andNothingElse() throws IOException {
        start(8);
        try (var peer = peer()) {
            peer.send("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"echo\",\"params\":[]}");

            JsonObject document = peer.document();

            assertThat(document.members().keySet()).containsExactly("jsonrpc", "id", "error");
            assertThat(document.at("error").asObject().members().keySet()).containsExactly("code", "message", "data");
            assertThat(document.at("error", "data").toString()).isEqualTo("{\"code\":\"INVALID_REQUEST\"}");
        }
    }

    @Test
    void client_saysSo_whenTheServerGoesInTheMiddleOfACall() throws Exception {
        start(8, SOON);
        try (var client = RpcClient.connect(folder.resolve("s"))) {
            Thread closing = Thread.ofPlatform().start(() -> {
                while (performed.get() == 0) {
                    Thread.onSpinWait();
                }
                try {
                    server.close();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });

            assertThatThrownBy(() -> client.call("wait", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(
                            Failure.class, failure -> assertThat(failure.code()).isEqualTo(Codes.CONNECTION))
                    .hasMessageContaining(folder.resolve("s").toString());
            closing.join();
        }
    }

    @Test
    void client_findsNoDaemon_whereAPlainFileIs() throws IOException {
        start(8);
        Path file = Files.writeString(folder.resolve("file"), "no socket");

        assertThatThrownBy(() -> RpcClient.connect(file)).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.code()).isEqualTo(Codes.NO_DAEMON);
            assertThat(failure.details().at("socket").text()).isEqualTo(file.toString());
        });
    }

    @Test
    void array_inAResult_keepsItsOrder() throws IOException {
        start(8);
        try (var client = RpcClient.connect(folder.resolve("s"))) {
            JsonObject sent = JsonObject.builder()
                    .put("list", List.of(3, 1, 2))
                    .put("b", true)
                    .put("a", false)
                    .build();

            JsonObject result = client.call("echo", sent);

            assertThat(result.toString()).isEqualTo("{\"list\":[3,1,2],\"b\":true,\"a\":false}");
            assertThat(result.at("list")).isInstanceOf(JsonArray.class);
        }
    }
}
