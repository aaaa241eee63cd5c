package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.Limits;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.Approver;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One secret, a thousand calls of every kind, and then a look at everything that was kept or said. */
@Timeout(240)
final class SecretCanaryTest {
    private static final String CANARY = "c4nary-%ZZ\"\\/+quite=unlikely&text";
    private static final String REFERENCE = "secret:desk/canary";
    private static final int ROUNDS = 100;

    @TempDir
    private Path folder;

    private HttpServer server;
    private final AtomicInteger received = new AtomicInteger();

    /** Everything that somebody beside the tools was told. */
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();

    record Text(String text) {}

    record Said(String text) {}

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/echo", exchange -> {
            String key = exchange.getRequestHeaders().getFirst("X-Api-Key");
            received.addAndGet(key.equals(CANARY) ? 1 : 0);
            byte[] body = ("you said " + key + " and "
                            + Base64.getEncoder().encodeToString(("user:" + key).getBytes(StandardCharsets.UTF_8)))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("X-Echo", key);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void secret_isFoundNowhere_afterAThousandCalls() throws IOException {
        Exit exit;
        try (AgentOS os = open()) {
            var _ = os.events().subscribe(EventFilter.all(), this::hear);
            var _ = os.spawn(AgentSpec.builder("listener")
                    .onMessage((message, ctx) -> heard.add("listener " + message.payload()))
                    .build());
            exit = os.spawn(agent()).await(Duration.ofMinutes(3));
            heard.add("exit " + exit);
            heard.add("actions " + os.actions().find(ActionQuery.all().limit(100_000)));
            heard.add("dead " + os.deadLetters(0, 10_000));
            List<Approval> approvals = os.approvals().after(0, 1_000);
            assertThat(approvals).extracting(Approval::state).contains(State.APPROVED, State.DENIED, State.EDITED);
            heard.add("approvals " + approvals);
        }

        assertThat(exit).isInstanceOf(Exit.Completed.class);
        assertThat(received).as("requests that had the secret itself").hasValue(ROUNDS);
        assertThat(heard).as("what was heard").isNotEmpty().anyMatch(said -> said.contains(REFERENCE));
        for (String said : heard) {
            assertThat(shapes()).as(() -> excerpt(said)).noneMatch(said::contains);
        }
        for (Path file : files()) {
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            assertThat(shapes()).as(file.toString()).noneMatch(bytes::contains);
        }
    }

    /** How it could have got out; the store is read byte by byte. */
    private static List<String> shapes() {
        byte[] bytes = CANARY.getBytes(StandardCharsets.UTF_8);
        return List.of(
                CANARY,
                CANARY.substring(0, 12),
                "quite=unlikely",
                "quite%3Dunlikely",
                HexFormat.of().formatHex(bytes),
                Base64.getEncoder().withoutPadding().encodeToString(bytes).substring(0, 30),
                Base64.getEncoder()
                        .encodeToString(("user:" + CANARY).getBytes(StandardCharsets.UTF_8))
                        .substring(8, 30));
    }

    private static String excerpt(String said) {
        return said.length() <= 300 ? said : said.substring(0, 300) + "…";
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.filter(Files::isRegularFile).toList();
            assertThat(files).isNotEmpty();
            return files;
        }
    }

    private void hear(Event event) {
        heard.add("event " + event);
    }

    private AgentOS open() {
        return AgentOS.builder()
                .storage(folder.resolve("agentos.db"))
                .recordMessages()
                .secrets(name -> name.equals("desk/canary") ? Optional.of(CANARY) : Optional.empty())
                .rule((principal, action) -> {
                    heard.add("rule " + action);
                    return action.resource().equals("ask")
                            ? new Decision.NeedsApproval("somebody has to know", Duration.ofMinutes(3))
                            : Decision.allow();
                })
                .approver(this::decide)
                .tool(tool("ask", (text, context) -> new Said("approved: " + text)))
                .tool(tool("say", (text, context) -> new Said("it is " + text)))
                .tool(tool("throw", (text, context) -> {
                    throw new IllegalStateException("bad " + text, new IOException("because of " + text));
                }))
                .tool(tool(
                        "fail",
                        (text, context) -> new ToolResult.Failed(
                                "cannot use " + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)),
                                ErrorCode.TOOL_FAILED)))
                .tool(tool("error", (text, context) -> {
                    throw new AssertionError(text);
                }))
                .build();
    }

    /** Each in another way. */
    private Approver.Answer decide(Approval approval) {
        heard.add("approval " + approval);
        return switch ((int) (approval.ticket() % 3)) {
            case 0 -> Approver.Answer.approve();
            case 1 -> Approver.Answer.deny("not " + approval.arguments());
            default ->
                Approver.Answer.edit(
                        JsonValue.of(Map.of("text", "Bearer " + REFERENCE)).asObject());
        };
    }

    private interface Does {
        Object with(String text, ToolContext context) throws Exception;
    }

    private static Tool tool(String name, Does does) {
        return Tool.builder(name, Text.class)
                .effect(Effect.READ_ONLY)
                .handler((arguments, context) -> does.with(arguments.text(), context))
                .build();
    }

    private AgentSpec agent() {
        String host = "127.0.0.1:" + server.getAddress().getPort();
        return AgentSpec.builder("agent")
                .grant("tool:** call")
                .grant("tool:shell.execute shell")
                .grant("net:http://" + host + "/** get,post")
                .grant(REFERENCE + " use; tool=say,throw,fail,error,ask,shell.execute")
                .grant(REFERENCE + " use; tool=http.request; host=" + Capability.escape("http://" + host))
                .grant("agent:** send")
                .grant("event:** emit")
                .limits(Limits.builder()
                        .toolCallsPerTurn(10_000)
                        .identicalCalls(10_000)
                        .build())
                .run(this::live)
                .build();
    }

    private void live(AgentContext ctx) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/echo";
        for (int i = 0; i < ROUNDS; i++) {
            List<ToolResult> results = new ArrayList<>();
            for (String tool : List.of("say", "throw", "fail", "error", "say", "throw")) {
                results.add(
                        ctx.tools().tryCall(tool, "{\"text\": \"" + (i % 2 == 0 ? "" : "Bearer ") + REFERENCE + "\"}"));
            }
            results.add(ctx.tools()
                    .tryCall(
                            "http.request",
                            "{\"url\": \"" + url + "\", \"headers\": {\"X-Api-Key\": \"" + REFERENCE + "\"}}"));
            results.add(ctx.tools().tryCall("say", "{\"text\": \"secret:desk/unknown\"}"));
            results.add(ctx.tools().tryCall("nothing", "{\"text\": \"" + REFERENCE + "\"}"));
            if (i % 10 == 0) {
                results.add(ctx.tools().tryCall("ask", "{\"text\": \"" + REFERENCE + "\"}"));
            }
            if (i % 20 == 0) {
                results.add(ctx.tools()
                        .tryCall("shell.execute", "{\"argv\": [\"cat\"], \"stdin\": \"" + REFERENCE + "\"}"));
            }
            keep(ctx, results.toString());
            if (i < 3) { // a line of a log is an event, too, and all are alike
                ctx.log(results.toString());
            }
        }
    }

    /** What an agent does with what it gets. */
    private void keep(AgentContext ctx, String text) {
        heard.add("agent " + text);
        ctx.memory().longTerm().remember(text);
        ctx.memory().working("s").put("last", text);
        ctx.send(Address.of("listener"), text);
        ctx.emit("desk.noted", new Said(text));
        try {
            ctx.send(Address.of("nobody"), text);
        } catch (DeliveryException expected) {
            heard.add("undelivered " + expected);
        }
    }
}
