package dev.agentos.tools.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.contract.ToolContract;
import dev.agentos.tools.FakeContext;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code http.request} as the gate calls it. */
@Timeout(60)
class HttpRequestToolTest implements ToolContract {
    private final Tool tool =
            new HttpRequestTool(new HttpFetcher(name -> List.of(InetAddress.ofLiteral("127.0.0.1")), new LazyTls()));

    @Override
    public Tool tool() {
        return tool;
    }

    @Override
    public JsonObject validArguments() {
        return JsonObject.EMPTY.with("url", "https://h.example/a?b=c");
    }

    @Test
    void describe_namesUrlAndMethod_withoutALookUp() {
        var get = tool.describe(FakeContext.call("http.request", Map.of("url", "HTTPS://H.Example:443/%7Ea?k=v")));
        var post = tool.describe(
                FakeContext.call("http.request", Map.of("url", "http://h.example:81", "method", "POST", "body", "ü")));

        assertThat(get)
                .containsExactly(Action.of("net:https://h.example/~a", "get")
                        .with("query", "k=v")
                        .with("sent", 7));
        assertThat(post)
                .containsExactly(Action.of("net:http://h.example:81/", "post")
                        .with("bytes", 2)
                        .with("sent", 3));
    }

    @Test
    void sent_countsAllThatTheCallerChooses() {
        var action = tool.describe(FakeContext.call(
                        "http.request",
                        Map.of(
                                "url", "http://h.example/ab?c=%C3%BC",
                                "method", "POST",
                                "headers", Map.of("X-Note", "hello"),
                                "body", "ü!")))
                .getFirst();

        int target = "/ab?c=%C3%BC".length();
        int headers = "X-Note".length() + "hello".length();
        assertThat(action.attributes().get("sent")).isEqualTo(JsonValue.of(target + headers + 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "http://127.1/", "http://u@h.example/", "http://h.example/../x", "x"})
    void describe_refuses_whenTheUrlIsAmbiguous(String url) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> tool.describe(FakeContext.call("http.request", Map.of("url", url))));
    }

    @Test
    void h10_describe_refuses_whenAHeaderIsNotTheCallersToSet() {
        var arguments = Map.of("url", "http://h.example/", "headers", Map.of("Host", "other"));

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> tool.describe(FakeContext.call("http.request", arguments)));
    }

    @Test
    void h2_call_reachesLoopback_whenTheGrantNamesAddressAndPort() throws Exception {
        try (var server = LoopbackServer.ok("hello")) {
            var context = FakeContext.granting("net:http://127.0.0.1:" + server.port() + "/** get");

            ToolResult.Ok answer = ok(context, Map.of("url", server.url("/x")));

            assertThat(answer.text()).isEqualTo("HTTP 200\nhello");
            assertThat(answer.value().at("body").text()).isEqualTo("hello");
            assertThat(answer.value().at("status").number().intValueExact()).isEqualTo(200);
            assertThat(answer.value().at("addresses", "0").text()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void h2_call_reachesAnIpv6Address_whenTheGrantNamesIt() throws Exception {
        byte[] response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nv6".getBytes(StandardCharsets.US_ASCII);
        try (var server = new LoopbackServer("::1", (request, out) -> out.write(response))) {
            var context = FakeContext.granting("net:http://[::1]:" + server.port() + "/** get");

            assertThat(ok(context, Map.of("url", server.url("/"))).text()).isEqualTo("HTTP 200\nv6");
        }
    }

    @ParameterizedTest
    @CsvSource({"net:** get", "net:http://*:PORT/** get"})
    void h2_call_isRefused_whenTheGrantHasAWildcardForTheAddress(String grant) throws Exception {
        try (var server = LoopbackServer.ok("secret")) {
            var context = FakeContext.granting(grant.replace("PORT", "" + server.port()));

            ToolResult.Failed failed = failed(context, Map.of("url", server.url("/")));

            assertThat(failed.code()).isEqualTo(ErrorCode.DENIED);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void h2_call_isRefused_whenANameLeadsToLoopback() throws Exception {
        try (var server = LoopbackServer.ok("secret")) {
            String url = "http://evil.example:" + server.port() + "/";
            var context = FakeContext.granting("net:" + url + "** get");

            assertThat(failed(context, Map.of("url", url)).code()).isEqualTo(ErrorCode.DENIED);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void h1_call_isRefused_whenAGrantNamesAMetadataService() throws Exception {
        var context = FakeContext.granting("net:http://169.254.169.254/** get");

        assertThat(failed(context, Map.of("url", "http://169.254.169.254/latest/"))
                        .code())
                .isEqualTo(ErrorCode.DENIED);
    }

    @Test
    void h9_call_isDenied_whenPortOrMethodWereNotGranted() throws IOException {
        try (var server = LoopbackServer.ok("")) {
            var context = FakeContext.granting("net:http://127.0.0.1:" + server.port() + "/** get");

            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> context.call(tool, Map.of("url", server.url("/"), "method", "DELETE")));
            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> context.call(tool, Map.of("url", "http://127.0.0.1:6379/")));
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void h7_redirect_isRequiredOfTheGate_andFollowedWhenGranted() throws Exception {
        try (var other = LoopbackServer.ok("there");
                var first = LoopbackServer.redirect(302, other.url("/y?q=1"))) {
            var context = FakeContext.granting(
                    "net:http://127.0.0.1:" + first.port() + "/** get",
                    "net:http://127.0.0.1:" + other.port() + "/** get");

            ToolResult.Ok answer = ok(context, Map.of("url", first.url("/")));

            assertThat(answer.value().at("body").text()).isEqualTo("there");
            assertThat(answer.value().at("url").text()).isEqualTo(other.url("/y?q=1"));
            assertThat(context.required())
                    .containsExactly(Action.of("net:" + other.url("/y"), "get")
                            .with("query", "q=1")
                            .with("sent", 6));
        }
    }

    @Test
    void h7_redirect_isDeniedByTheGate_whenNotGranted() throws IOException {
        try (var other = LoopbackServer.ok("secret");
                var first = LoopbackServer.redirect(302, other.url("/"))) {
            var context = FakeContext.granting("net:http://127.0.0.1:" + first.port() + "/** get");

            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> context.call(tool, Map.of("url", first.url("/"))));
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void body_isCutWithAMarker_betweenCharacters() throws Exception {
        try (var server = bytes("", "äöü".getBytes(StandardCharsets.UTF_8))) {
            ToolResult.Ok answer = ok(granting(server), Map.of("url", server.url("/"), "maxBytes", 3));

            assertThat(answer.text()).isEqualTo("HTTP 200\nä\n[… cut after 3 bytes …]");
            assertThat(answer.value().at("truncated").bool()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain; charset=ISO-8859-1", "text/html;charset=\"iso-8859-1\""})
    void body_isDecoded_asItsCharsetSays(String type) throws Exception {
        try (var server = bytes("Content-Type: " + type + "\r\n", "é".getBytes(StandardCharsets.ISO_8859_1))) {
            assertThat(ok(granting(server), Map.of("url", server.url("/")))
                            .value()
                            .at("body")
                            .text())
                    .isEqualTo("é");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Type: text/plain; charset=no-such-thing\r\n"})
    void body_isBase64_whenItIsNoText(String header) throws Exception {
        byte[] image = {(byte) 0x89, 'P', 'N', 'G', 0, (byte) 0xff};
        try (var server = bytes(header, image)) {
            ToolResult.Ok answer = ok(granting(server), Map.of("url", server.url("/")));

            assertThat(Base64.getDecoder().decode(answer.value().at("base64").text()))
                    .isEqualTo(image);
        }
    }

    @Test
    void failure_isATimeout_whenTheServerStaysSilent() throws Exception {
        var end = new CountDownLatch(1);
        try (var server = new LoopbackServer((request, out) -> await(end))) {
            ToolResult.Failed failed = failed(granting(server), Map.of("url", server.url("/"), "timeoutSeconds", 1));

            assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_TIMEOUT);
        } finally {
            end.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static LoopbackServer bytes(String header, byte[] body) throws IOException {
        return new LoopbackServer((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + header + "Content-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(body);
        });
    }

    private static FakeContext granting(LoopbackServer server) {
        return FakeContext.granting("net:http://127.0.0.1:" + server.port() + "/** get");
    }

    private ToolResult.Ok ok(FakeContext context, Map<String, ?> arguments) throws Exception {
        return (ToolResult.Ok) context.call(tool, new HashMap<>(arguments));
    }

    private ToolResult.Failed failed(FakeContext context, Map<String, ?> arguments) throws Exception {
        return (ToolResult.Failed) context.call(tool, new HashMap<>(arguments));
    }
}
