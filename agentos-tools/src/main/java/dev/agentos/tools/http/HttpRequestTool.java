package dev.agentos.tools.http;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.OnRevoke;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.tools.input.Arguments;
import dev.agentos.tools.input.InputSchema;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code http.request}: one request, its redirects followed under a right for each hop.
 *
 * <p>The right is {@code net:<url without query> <method>}. A right made of wildcards opens public addresses only; one
 * that names a literal address and port opens that one, whatever it is, metadata services excepted. The attribute
 * {@code sent} counts what a hop sends, so that {@code budget=sent:1000000/1d} bounds what leaves.
 */
public final class HttpRequestTool implements Tool {
    private static final int DEFAULT_BYTES = 256 * 1024;
    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final int DEFAULT_SECONDS = 30;
    private static final int MAX_SECONDS = 300;
    private static final int MAX_HEADER_CHARACTERS = 32 * 1024;
    private static final Pattern CHARSET = Pattern.compile("(?i)charset\\s*=\\s*\"?([A-Za-z0-9._:-]{1,40})\"?");

    private static final ToolSpec SPEC = new ToolSpec(
            "http.request",
            "1",
            "Makes an HTTP request. Needs the right net:<url without query> <method>, also for each redirect. A body"
                    + " that is too long is cut, with a marker; one that is no text comes as base64.",
            new InputSchema()
                    .text("url", "http:// or https:// URL without user information and fragment.")
                    .required()
                    .choice(
                            "method",
                            "GET unless given.",
                            HttpRequest.METHODS.stream().sorted().toList())
                    .map("headers", "Headers to send. Host, framing and proxy headers are set for you.")
                    .text("body", "Body to send, as UTF-8.")
                    .number("timeoutSeconds", "For all hops together, 30 unless given.", 1, MAX_SECONDS)
                    .number("maxBytes", "How much of the decoded body to return, 256 KiB unless given.", 1, MAX_BYTES)
                    .build(),
            Effect.EFFECT,
            Set.of("query", "bytes", "sent"),
            Duration.ofSeconds(MAX_SECONDS + 10L),
            OnRevoke.CANCEL,
            true);

    private final HttpFetcher fetcher;

    HttpRequestTool(HttpFetcher fetcher) {
        this.fetcher = fetcher;
    }

    /** {@return the tool, with the name service of the operating system and the JDK's trusted certificates} */
    public static Tool open() {
        return new HttpRequestTool(new HttpFetcher(HostResolver.system(), new LazyTls()));
    }

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public List<Action> describe(ToolCall call) {
        return List.of(action(request(new Arguments(call.arguments()))));
    }

    @Override
    public boolean isCallableWith(Capability capability) {
        // A right to connect only, such as net:** connect, is for processes.
        return capability.type().equals("net")
                && HttpRequest.METHODS.stream()
                        .anyMatch(method -> capability.verbs().contains(method.toLowerCase(Locale.ROOT)));
    }

    private static HttpRequest request(Arguments arguments) {
        try {
            return new HttpRequest(
                    arguments.text("method", "GET"),
                    HttpUrl.parse(arguments.text("url")),
                    new RequestHeaders(arguments.map("headers")),
                    arguments.has("body") ? arguments.text("body") : null);
        } catch (HttpRefusedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Action action(HttpRequest request) {
        Action action =
                Action.of("net:" + request.url().resource(), request.method().toLowerCase(Locale.ROOT));
        String query = request.url().query();
        String body = request.body();
        action = query == null ? action : action.with("query", query);
        action = body == null ? action : action.with("bytes", bytes(body));
        return action.with("sent", sent(request));
    }

    /** {@return all that leaves by the will of the caller, in bytes: what stands in a path or a header has left as well} */
    private static long sent(HttpRequest request) {
        long sent = bytes(request.url().target());
        for (var header : request.headers().values().entrySet()) {
            sent += bytes(header.getKey()) + bytes(header.getValue());
        }
        String body = request.body();
        return body == null ? sent : sent + bytes(body);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public ToolResult invoke(ToolCall call, ToolContext context) {
        var arguments = new Arguments(call.arguments());
        HttpRequest first = request(arguments);
        var budget = new HttpFetcher.Budget(
                (int) arguments.number("maxBytes", DEFAULT_BYTES, 1, MAX_BYTES),
                Duration.ofSeconds(arguments.number("timeoutSeconds", DEFAULT_SECONDS, 1, MAX_SECONDS)));
        var described = new AtomicBoolean(true);
        HttpFetcher.HopCheck check = hop -> {
            // The first hop is what was described; a redirect is an action of its own, with its own decision and
            // record.
            boolean isFirst = described.getAndSet(false);
            Capability right = isFirst ? context.allowedBy(action(hop)) : context.require(action(hop));
            return url -> NonPublicGrant.names(right, url.origin());
        };
        try {
            return result(fetcher.fetch(first, check, budget));
        } catch (HttpRefusedException e) {
            return new ToolResult.Failed(Objects.requireNonNullElse(e.getMessage(), "failed"), e.code());
        }
    }

    private static ToolResult result(HttpAnswer answer) {
        byte[] bytes = answer.body().bytes();
        Optional<String> text = text(answer);
        var value = JsonObject.builder()
                .put("status", answer.status())
                .put("url", answer.url().toString())
                .put("headers", headers(answer));
        if (text.isPresent()) {
            value.put("body", text.get());
        } else {
            value.put("base64", Base64.getEncoder().encodeToString(bytes));
        }
        value.put("truncated", answer.body().truncated()).put("addresses", answer.addresses());
        String shown = text.orElse("[" + bytes.length + " bytes that are no text]");
        String marker = answer.body().truncated() ? "\n[… cut after " + bytes.length + " bytes …]" : "";
        return new ToolResult.Ok("HTTP " + answer.status() + "\n" + shown + marker, value.build(), Confinement.NONE);
    }

    private static JsonObject headers(HttpAnswer answer) {
        var kept = JsonObject.builder();
        int characters = 0;
        for (var header : answer.headers().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList()) {
            characters += header.getKey().length() + header.getValue().length();
            if (characters <= MAX_HEADER_CHARACTERS) {
                kept.put(header.getKey(), header.getValue());
            }
        }
        return kept.build();
    }

    /** Decodes what says it is text, or says nothing and is UTF-8. */
    private static Optional<String> text(HttpAnswer answer) {
        Matcher named = CHARSET.matcher(answer.headers().getOrDefault("content-type", ""));
        byte[] bytes = answer.body().bytes();
        try {
            if (named.find()) {
                return Optional.of(new String(bytes, Charset.forName(named.group(1))));
            }
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no such charset, so nobody here can read it
        }
        // A cut may have gone through a character of up to four bytes.
        int shortest = answer.body().truncated() ? Math.max(0, bytes.length - 3) : bytes.length;
        for (int length = bytes.length; length >= shortest; length--) {
            Optional<String> text = utf8(bytes, length);
            if (text.isPresent()) {
                return text.filter(t -> t.indexOf('\0') < 0);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> utf8(byte[] bytes, int length) {
        try {
            var whole = ByteBuffer.wrap(bytes, 0, length);
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(whole).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
