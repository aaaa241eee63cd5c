package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.tool.ToolResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What leaves by {@code http.request} is bounded by its grant, as a server counts it that gets it. */
@Timeout(60)
class EgressBudgetTest {
    private static final String BODY = "x".repeat(100);

    private final AtomicLong received = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private String origin;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
        origin = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.stop(0);
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Counts the body and the path; /again leads to /end with the same method and body, /large answers with 1,000 bytes. */
    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            received.addAndGet(exchange.getRequestBody().readAllBytes().length
                    + exchange.getRequestURI().toString().length());
            boolean again = path.equals("/again");
            if (again) {
                exchange.getResponseHeaders().add("Location", "/end");
            }
            byte[] answer = new byte[path.equals("/large") ? 1_000 : 2];
            Arrays.fill(answer, (byte) 0);
            exchange.sendResponseHeaders(again ? 307 : 200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    /** Makes the calls as an agent with one grant for the server. */
    private List<ToolResult> call(String terms, List<Map<String, ?>> calls, boolean atOnce) throws Exception {
        var results = new CompletableFuture<List<ToolResult>>();
        var spec = AgentSpec.builder("sender")
                .run(ctx -> {
                    var parts = calls.stream()
                            .map(each -> (Callable<ToolResult>) () -> ctx.tools()
                                    .tryCall("http.request", JsonValue.of(each).toString()))
                            .toList();
                    var made = new ArrayList<ToolResult>();
                    if (atOnce) {
                        made.addAll(ctx.parallel(parts));
                    } else {
                        for (Callable<ToolResult> part : parts) {
                            made.add(part.call());
                        }
                    }
                    results.complete(made);
                })
                .grant("tool:http.request call")
                .grant("net:" + origin + "/** get,post; " + terms)
                .build();
        try (AgentOS os = AgentOS.builder().build()) {
            os.spawn(spec);
            return results.get(30, TimeUnit.SECONDS);
        }
    }

    private List<ToolResult> call(String terms, List<Map<String, ?>> calls) throws Exception {
        return call(terms, calls, false);
    }

    private Map<String, ?> post(String path) {
        return Map.of("url", origin + path, "method", "POST", "body", BODY);
    }

    private static List<Boolean> done(List<ToolResult> results) {
        return results.stream().map(ToolResult.Ok.class::isInstance).toList();
    }

    @Test
    void bodies_leaveUntilTheBudgetIsSpent() throws Exception {
        var results = call("budget=sent:250", List.of(post("/a"), post("/a"), post("/a")));

        assertThat(done(results)).containsExactly(true, true, false);
        assertThat(results.getLast()).isInstanceOf(ToolResult.Denied.class);
        assertThat(received).hasValue(204);
    }

    @Test
    void whatStandsInTheAddress_leavesUntilTheBudgetIsSpent_too() throws Exception {
        Map<String, ?> get = Map.of("url", origin + "/?secret=" + "x".repeat(100));

        var results = call("budget=sent:250", List.of(get, get, get));

        assertThat(done(results)).containsExactly(true, true, false);
        assertThat(received).hasValue(218);
    }

    @Test
    void redirect_isTakenFromTheBudget_forEachHop() throws Exception {
        var results = call("budget=sent:250", List.of(post("/again"), post("/a")));

        assertThat(done(results)).containsExactly(true, false);
        assertThat(received).hasValue(106 + 104);
    }

    @Test
    void redirect_isNotFollowed_whenTheBudgetDoesNotReach() throws Exception {
        var results = call("budget=sent:150", List.of(post("/again")));

        assertThat(done(results)).containsExactly(false);
        assertThat(received).hasValue(106);
    }

    @Test
    void received_isWithheld_whenItIsMoreThanMaxBytes_alsoIfItIsNoText() throws Exception {
        Map<String, ?> large = Map.of("url", origin + "/large");

        var results = call("maxBytes=1kB", List.of(large));

        assertThat(done(results)).containsExactly(false);
        assertThat(results.getFirst().text()).contains("withheld");
    }

    @Test
    void callsAtOnce_shareTheBudget_andTogetherNeverGoOverIt() throws Exception {
        var results = call("budget=sent:350", Collections.nCopies(8, post("/a")), true);

        assertThat(results.stream().filter(ToolResult.Ok.class::isInstance)).hasSize(3);
        assertThat(received).hasValue(306);
    }
}
