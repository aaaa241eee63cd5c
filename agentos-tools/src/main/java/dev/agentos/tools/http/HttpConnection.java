package dev.agentos.tools.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.classic.MinimalHttpClient;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for one request.
 *
 * <p>Nothing is shared with other requests: a pooled connection would be used without its address being vetted for this
 * caller's right, and cookies, authentication caches or kept sessions would carry one agent's authority to another. Nor
 * is anything taken from the surroundings: Apache's minimal client knows no proxies, credentials, cookies, redirects or
 * retries, and the sockets are told to use no proxy because a plain {@code new Socket()} asks the system's selector.
 */
final class HttpConnection implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);
    private static final int MAX_LINE = 16 * 1024;
    private static final int MAX_HEADERS = 200;
    private static final String USER_AGENT = "agentos";

    private final MinimalHttpClient client;
    private final List<Socket> sockets = new ArrayList<>(); // guarded by itself
    private boolean closed; // guarded by sockets

    /** One answer; {@code location} is where it redirects to, null if it does not say. */
    record Reply(
            int status,
            Map<String, String> headers,
            @Nullable String location,
            Body body) {}

    HttpConnection(List<InetAddress> addresses, TlsSocketStrategy tls, Timeout limit) {
        var tlsRegistry = RegistryBuilder.<TlsSocketStrategy>create()
                .register("https", tls)
                .build();
        var operator =
                new DefaultHttpClientConnectionOperator(this::socket, null, new FixedAddresses(addresses), tlsRegistry);
        var limits = Http1Config.custom()
                .setMaxLineLength(MAX_LINE)
                .setMaxHeaderCount(MAX_HEADERS)
                .build();
        var connections = new BasicHttpClientConnectionManager(
                operator,
                ManagedHttpClientConnectionFactory.builder().http1Config(limits).build());
        connections.setConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(limit)
                .setSocketTimeout(limit)
                .build());
        client = HttpClients.createMinimal(connections);
    }

    private Socket socket(@Nullable Proxy ignored) throws IOException {
        synchronized (sockets) {
            if (closed) {
                throw new IOException("the request was cancelled");
            }
            var socket = new Socket(Proxy.NO_PROXY);
            sockets.add(socket);
            return socket;
        }
    }

    /** Sends the request, reads at most {@code maxBytes} of the decoded answer, and ends the connection. */
    Reply exchange(HttpRequest request, int maxBytes) throws IOException {
        var target = new HttpHost(
                request.url().scheme(),
                bare(request.url().host()),
                request.url().port());
        try {
            // Not closed in the orderly way, which would read the rest of ten gigabytes: the socket goes instead.
            ClassicHttpResponse response = client.executeOpen(target, message(request), null);
            Header location = response.getFirstHeader("Location");
            var body = response.getEntity() == null ? Body.EMPTY : Body.read(response.getEntity(), maxBytes);
            return new Reply(
                    response.getCode(),
                    headers(response.getHeaders()),
                    location == null ? null : location.getValue(),
                    body);
        } finally {
            close();
        }
    }

    private static BasicClassicHttpRequest message(HttpRequest request) throws IOException {
        var message =
                new BasicClassicHttpRequest(request.method(), request.url().target());
        message.setHeader("User-Agent", USER_AGENT);
        message.setHeader("Accept-Encoding", "gzip");
        message.setHeader("Connection", "close");
        request.headers().values().forEach(message::setHeader);
        String body = request.body();
        if (body != null) {
            String type = request.headers().values().get("Content-Type");
            message.setEntity(new ByteArrayEntity(
                    body.getBytes(StandardCharsets.UTF_8),
                    type == null ? ContentType.create("text/plain", StandardCharsets.UTF_8) : null));
        }
        return message;
    }

    private static String bare(Host host) {
        String text = host.text();
        return text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
    }

    private static Map<String, String> headers(Header[] headers) {
        var joined = new LinkedHashMap<String, String>();
        for (Header header : headers) {
            String value = header.getValue() == null ? "" : header.getValue();
            joined.merge(header.getName().toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b);
        }
        return joined;
    }

    /** Ends the exchange at whatever point it is, from any thread. */
    @Override
    public void close() {
        synchronized (sockets) {
            closed = true;
            for (Socket socket : sockets) {
                try {
                    socket.close();
                } catch (IOException e) {
                    log.atDebug().setCause(e).log("socket did not close");
                }
            }
        }
        client.close(CloseMode.IMMEDIATE);
    }

    /** Answers every question with the vetted addresses, so that nothing is ever resolved a second time. */
    private record FixedAddresses(List<InetAddress> addresses) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) {
            return addresses.toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
