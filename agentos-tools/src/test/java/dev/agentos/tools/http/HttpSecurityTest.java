package dev.agentos.tools.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The H rows of the security cases against servers on loopback addresses. The number of the row is in the name. */
@Timeout(60)
class HttpSecurityTest {
    private static final HttpFetcher.Budget BUDGET = new HttpFetcher.Budget(100_000, Duration.ofSeconds(20));

    /** Stands for a grant that names every literal address: what may be reached is then up to the vetting alone. */
    private static final HttpFetcher.HopCheck ANY_LITERAL = hop -> url -> true;

    private static final HttpFetcher.HopCheck NO_LITERAL = hop -> NonPublicGrant.NONE;

    private final HttpFetcher fetcher = new HttpFetcher(
            name -> {
                throw new UnknownHostException(name);
            },
            new LazyTls());

    @Test
    void h0_get_returnsTheAnswer_whenAllIsOrdinary() throws IOException {
        try (var server =
                LoopbackServer.fixed("HTTP/1.1 201 Created\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nhello")) {
            HttpAnswer answer = get(server.url("/a?b=c"));

            assertThat(answer.status()).isEqualTo(201);
            assertThat(text(answer)).isEqualTo("hello");
            assertThat(answer.body().truncated()).isFalse();
            assertThat(answer.headers()).containsEntry("x-a", "1, 2");
            assertThat(answer.addresses()).containsExactly("127.0.0.1");
            assertThat(server.requests().getFirst())
                    .startsWith("GET /a?b=c HTTP/1.1\r\n")
                    .contains("Host: 127.0.0.1:" + server.port() + "\r\n", "User-Agent: agentos\r\n")
                    .doesNotContain("Cookie", "br");
        }
    }

    @Test
    void h0_post_sendsBodyAndHeaders_whenGiven() throws IOException {
        try (var server = LoopbackServer.ok("")) {
            var headers = new RequestHeaders(Map.of("Content-Type", "application/json", "Authorization", "Bearer t"));

            fetch(new HttpRequest("POST", HttpUrl.parse(server.url("/")), headers, "{\"ü\":1}"));

            assertThat(server.requests().getFirst())
                    .contains(
                            "Content-Type: application/json\r\n",
                            "Authorization: Bearer t\r\n",
                            "Content-Length: 8\r\n")
                    .endsWith("{\"ü\":1}");
        }
    }

    @Test
    void h0_ipv6Literal_isReached_whenNamed() throws IOException {
        try (var server = new LoopbackServer(
                "::1",
                (request, out) -> out.write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nv6".getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(text(get(server.url("/")))).isEqualTo("v6");
            assertThat(server.requests().getFirst()).contains("Host: [::1]:" + server.port() + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "http://[fd00:ec2::254]/",
                "http://100.100.100.200/",
                "http://168.63.129.16/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[2002:a9fe:a9fe::]/"
            })
    void h1_metadataAddress_isDenied_evenWhenAGrantNamesIt(String url) {
        assertProblem(HttpProblem.ADDRESS_DENIED, () -> get(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://metadata.google.internal/", "http://instance-data.ec2.internal/", "http://metadata/",
                        "http://localhost/", "http://a.localhost/",
                "http://printer.local/", "http://router.lan/", "http://intranet/", "http://x.home.arpa/",
                        "http://x.onion/"
            })
    void h1_h2_localName_isDeniedWithoutALookUp_evenWhenAGrantNamesIt(String url) {
        var lookUps = new AtomicInteger();
        var counting = new HttpFetcher(
                name -> {
                    lookUps.incrementAndGet();
                    return List.of(InetAddress.ofLiteral("8.8.8.8"));
                },
                new LazyTls());

        assertProblem(HttpProblem.ADDRESS_DENIED, () -> counting.fetch(request("GET", url), ANY_LITERAL, BUDGET));

        assertThat(lookUps).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "[::]", "[::1]", "127.9.9.9"})
    void h2_loopback_isDenied_whenNoGrantNamesIt(String host) throws IOException {
        try (var server = LoopbackServer.ok("secret")) {
            String url = "http://" + host + ":" + server.port() + "/";

            assertProblem(HttpProblem.ADDRESS_DENIED, () -> fetcher.fetch(request("GET", url), NO_LITERAL, BUDGET));

            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void h2_loopback_isReached_onlyAtThePortThatTheGrantNames() throws IOException {
        try (var granted = LoopbackServer.ok("yes");
                var other = LoopbackServer.ok("no")) {
            HttpFetcher.HopCheck check = hop -> url -> url.port() == granted.port();

            assertThat(text(fetcher.fetch(request("GET", granted.url("/")), check, BUDGET)))
                    .isEqualTo("yes");
            assertProblem(
                    HttpProblem.ADDRESS_DENIED, () -> fetcher.fetch(request("GET", other.url("/")), check, BUDGET));
            assertThat(other.connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "192.168.0.1",
                "100.64.0.1",
                "192.0.0.1",
                "198.18.0.1",
                "203.0.113.1",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "[fd00::1]",
                "[fe80::1]",
                "[ff02::1]",
                "[2001:db8::1]",
                "[fec0::1]",
                "[64:ff9b::a00:1]"
            })
    void h4_h5_specialAddress_isDenied_whenNoGrantNamesIt(String host) {
        assertProblem(
                HttpProblem.ADDRESS_DENIED,
                () -> fetcher.fetch(request("GET", "http://" + host + "/"), NO_LITERAL, BUDGET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "fe80::1", "64:ff9b::7f00:1"})
    void h6_name_isDenied_whenOneOfItsAddressesIsNotPublic(String inside) throws IOException {
        try (var server = LoopbackServer.ok("secret")) {
            List<InetAddress> mixed = List.of(InetAddress.ofLiteral("8.8.8.8"), InetAddress.ofLiteral(inside));
            var mixing = new HttpFetcher(name -> mixed, new LazyTls());
            String url = "http://evil.example:" + server.port() + "/";

            assertThatExceptionOfType(HttpRefusedException.class)
                    .isThrownBy(() -> mixing.fetch(request("GET", url), ANY_LITERAL, BUDGET))
                    .matches(e -> e.problem() == HttpProblem.ADDRESS_DENIED)
                    .withMessageNotContaining(inside);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void h6_rebinding_hasNothingToRebind_sinceANameIsAskedForOnce() {
        var lookUps = new AtomicInteger();
        var vetter = new AddressVetter(
                name -> List.of(InetAddress.ofLiteral(lookUps.getAndIncrement() == 0 ? "8.8.8.8" : "127.0.0.1")));

        List<InetAddress> vetted = vetter.vet(HttpUrl.parse("http://rebind.example/"), NonPublicGrant.NONE);

        assertThat(vetted).containsExactly(InetAddress.ofLiteral("8.8.8.8"));
        assertThat(lookUps).hasValue(1);
    }

    @Test
    void h6_connection_goesToTheVettedAddressAndNowhereElse_whateverTheNameSays() throws IOException {
        try (var server = LoopbackServer.ok("here");
                var connection = new HttpConnection(
                        List.of(InetAddress.ofLiteral("127.0.0.1")),
                        new LazyTls(),
                        org.apache.hc.core5.util.Timeout.ofSeconds(10))) {
            // No name service knows ".example" (RFC 2606): only the address handed over can lead anywhere.
            HttpConnection.Reply reply =
                    connection.exchange(request("GET", "http://pinned.example:" + server.port() + "/"), 100);

            assertThat(new String(reply.body().bytes(), StandardCharsets.UTF_8)).isEqualTo("here");
            assertThat(server.requests().getFirst()).contains("Host: pinned.example:" + server.port());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void h7_redirect_isCheckedAnew_andNotFollowedWhenDenied(int status) throws IOException {
        try (var inside = LoopbackServer.ok("secret");
                var first = LoopbackServer.redirect(status, inside.url("/admin"))) {
            var hops = new ArrayList<String>();
            HttpFetcher.HopCheck check = hop -> {
                hops.add(hop.url().resource());
                if (hop.url().port() == inside.port()) {
                    throw new IllegalStateException("no right");
                }
                return url -> true;
            };

            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> fetcher.fetch(request("GET", first.url("/")), check, BUDGET))
                    .withMessage("no right");
            assertThat(hops).containsExactly(first.url("/"), inside.url("/admin"));
            assertThat(inside.connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254/", "http://localhost/", "http://[fd00:ec2::254]/x"})
    void h7_redirect_isDenied_whenItLeadsToAForbiddenAddress(String location) throws IOException {
        try (var first = LoopbackServer.redirect(302, location)) {
            assertProblem(HttpProblem.ADDRESS_DENIED, () -> get(first.url("/")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://h.example/",
                "javascript:x",
                "http://2130706433/",
                "http://u:p@h.example/",
                "//[::ffff:127.0.0.1]/",
                "/%2e%2e/x"
            })
    void h7_redirect_isDenied_whenTheLocationIsNoCanonicalHttpUrl(String location) throws IOException {
        try (var first = LoopbackServer.redirect(302, location)) {
            assertProblem(HttpProblem.REDIRECT_DENIED, () -> get(first.url("/")));
        }
    }

    @Test
    void h7_redirect_isDenied_whenItGoesFromHttpsToHttp() {
        HttpRequest secure = request("GET", "https://h.example/");

        assertProblem(HttpProblem.REDIRECT_DENIED, () -> secure.redirected(302, "http://h.example/"));
        assertThat(secure.redirected(302, "/x").url()).hasToString("https://h.example/x");
    }

    @Test
    void h7_redirects_endAfterTen_whenTheyLoop() throws IOException {
        try (var server = LoopbackServer.redirect(302, "/again")) {
            assertProblem(HttpProblem.TOO_MANY_HOPS, () -> get(server.url("/")));

            assertThat(server.connections()).isEqualTo(HttpFetcher.MAX_HOPS + 1);
        }
    }

    @Test
    void h7_credentials_stayBehind_whenTheOriginChanges() throws IOException {
        try (var other = LoopbackServer.ok("done");
                var first = LoopbackServer.redirect(307, other.url("/"))) {
            var headers = new RequestHeaders(
                    Map.of("Authorization", "Bearer t", "Cookie", "a=b", "X-Api-Key", "k", "Accept", "text/plain"));

            fetch(new HttpRequest("GET", HttpUrl.parse(first.url("/")), headers, null));

            assertThat(first.requests().getFirst()).contains("Bearer t", "a=b", "X-Api-Key: k");
            assertThat(other.requests().getFirst())
                    .contains("Accept: text/plain")
                    .doesNotContain("Bearer", "Cookie", "a=b", "X-Api-Key");
        }
    }

    @Test
    void h7_credentials_goAlong_whenTheOriginIsTheSame() throws IOException {
        try (var server = new LoopbackServer((request, out) -> out.write((request.startsWith("GET /end ")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)))) {
            var headers = new RequestHeaders(Map.of("Authorization", "Bearer t"));

            fetch(new HttpRequest("GET", HttpUrl.parse(server.url("/")), headers, null));

            assertThat(server.requests()).hasSize(2).allMatch(request -> request.contains("Bearer t"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "301,POST,GET",
        "302,POST,GET",
        "303,PUT,GET",
        "303,HEAD,HEAD",
        "307,POST,POST",
        "308,PUT,PUT",
        "302,PUT,PUT"
    })
    void h7_method_followsTheStandard_whenRedirected(int status, String method, String expected) {
        boolean body = !method.equals("HEAD");
        var request = new HttpRequest(
                method,
                HttpUrl.parse("http://h.example/"),
                new RequestHeaders(body ? Map.of("Content-Type", "text/plain") : Map.of()),
                body ? "body" : null);

        HttpRequest next = request.redirected(status, "/next");

        assertThat(next.method()).isEqualTo(expected);
        assertThat(next.body()).isEqualTo(expected.equals("GET") ? null : request.body());
        assertThat(next.headers().values().containsKey("Content-Type")).isEqualTo(next.body() != null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "TRACE", "TRACK", "get", "GET /x HTTP/1.1\r\nX:", "", "PROPFIND"})
    void h9_method_isRefused_whenNotOnTheList(String method) {
        assertProblem(HttpProblem.INVALID_REQUEST, () -> request(method, "http://h.example/"));
    }

    @Test
    void h11_body_isCut_whenItIsEndless() throws IOException {
        try (var server = new LoopbackServer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] block = new byte[65_536];
            for (int i = 0; i < 150_000; i++) {
                out.write(block); // ends by the client's closing
            }
        })) {
            HttpAnswer answer = get(server.url("/"));

            assertThat(answer.body().bytes()).hasSize(BUDGET.maxBytes());
            assertThat(answer.body().truncated()).isTrue();
        }
    }

    @Test
    void h11_gzipBomb_isCut_atTheDecodedSize() throws IOException {
        byte[] bomb = gzip(new byte[50_000_000]);
        assertThat(bomb.length).isLessThan(BUDGET.maxBytes());
        try (var server = answering("Content-Encoding: gzip\r\n", bomb)) {
            HttpAnswer answer = get(server.url("/"));

            assertThat(answer.body().bytes()).hasSize(BUDGET.maxBytes());
            assertThat(answer.body().truncated()).isTrue();
        }
    }

    @Test
    void h11_gzip_isDecoded_whenItFits() throws IOException {
        try (var server = answering("Content-Encoding: gzip\r\n", gzip("plain".getBytes(StandardCharsets.UTF_8)))) {
            assertThat(text(get(server.url("/")))).isEqualTo("plain");
            assertThat(server.requests().getFirst()).contains("Accept-Encoding: gzip\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "deflate", "gzip, gzip", "gzip,br", "compress"})
    void h11_otherEncoding_isRefused_sinceNobodyAskedForIt(String encoding) throws IOException {
        try (var server = answering("Content-Encoding: " + encoding + "\r\n", new byte[] {1, 2, 3})) {
            assertProblem(HttpProblem.UNSUPPORTED_ENCODING, () -> get(server.url("/")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "220 mail.example ESMTP\r\n",
                ""
            })
    void h11_lyingOrForeignPeer_isAConnectionProblem(String response) throws IOException {
        try (var server = LoopbackServer.fixed(response)) {
            assertProblem(HttpProblem.CONNECTION, () -> get(server.url("/")));
        }
    }

    @Test
    void h11_hugeHeader_isAConnectionProblem() throws IOException {
        try (var server = LoopbackServer.fixed("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\n\r\n")) {
            assertProblem(HttpProblem.CONNECTION, () -> get(server.url("/")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n"
            })
    void h11_silence_endsWithTheBudget_atAnyPointOfTheAnswer(String start) throws IOException {
        var end = new CountDownLatch(1);
        try (var server = new LoopbackServer((request, out) -> {
            out.write(start.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            await(end);
        })) {
            var budget = new HttpFetcher.Budget(1_000, Duration.ofMillis(200));

            assertProblem(
                    HttpProblem.TIMEOUT, () -> fetcher.fetch(request("GET", server.url("/")), ANY_LITERAL, budget));
        } finally {
            end.countDown();
        }
    }

    @Test
    void h11_drip_endsWithTheBudget_thoughEachByteComesInTime() throws IOException {
        var end = new CountDownLatch(1);
        try (var server = new LoopbackServer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            boolean ended = false;
            while (!ended) {
                out.write('x'); // ends by the client's closing
                out.flush();
                ended = await(end, 20);
            }
        })) {
            var budget = new HttpFetcher.Budget(1_000, Duration.ofMillis(300));

            assertProblem(
                    HttpProblem.TIMEOUT, () -> fetcher.fetch(request("GET", server.url("/")), ANY_LITERAL, budget));
        }
    }

    @Test
    void interrupt_endsTheExchange_andClosesItsSocket() throws Exception {
        var reached = new CountDownLatch(1);
        var peerGone = new CountDownLatch(1);
        try (var server = new LoopbackServer((request, out) -> {
            reached.countDown();
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            try {
                while (true) {
                    out.write(new byte[65_536]);
                }
            } catch (IOException e) {
                peerGone.countDown();
            }
        })) {
            var thrown = new AtomicReference<Throwable>();
            var budget = new HttpFetcher.Budget(Integer.MAX_VALUE - 10, Duration.ofMinutes(1));
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    fetcher.fetch(request("GET", server.url("/")), ANY_LITERAL, budget);
                } catch (HttpRefusedException e) {
                    thrown.set(e);
                }
            });
            await(reached);

            caller.interrupt();
            caller.join();

            assertThat(thrown.get())
                    .isInstanceOfSatisfying(
                            HttpRefusedException.class,
                            e -> assertThat(e.problem()).isEqualTo(HttpProblem.CANCELLED));
            await(peerGone);
        }
    }

    @Test
    void lookUp_endsWithTheBudget_whenTheNameServiceHangs() {
        var end = new CountDownLatch(1);
        var hanging = new HttpFetcher(
                name -> {
                    await(end);
                    return List.of();
                },
                new LazyTls());
        var budget = new HttpFetcher.Budget(1_000, Duration.ofMillis(100));

        assertProblem(
                HttpProblem.TIMEOUT, () -> hanging.fetch(request("GET", "http://slow.example/"), ANY_LITERAL, budget));

        end.countDown();
    }

    @Test
    void lookUps_areBounded_whenTheNameServiceHangsForAll() {
        var end = new CountDownLatch(1);
        var started = new AtomicInteger();
        var hanging = new HttpFetcher(
                name -> {
                    started.incrementAndGet();
                    await(end);
                    return List.of();
                },
                new LazyTls());
        var budget = new HttpFetcher.Budget(1_000, Duration.ofMillis(10));

        for (int i = 0; i < 50; i++) {
            assertProblem(
                    HttpProblem.TIMEOUT,
                    () -> hanging.fetch(request("GET", "http://slow.example/"), ANY_LITERAL, budget));
        }

        end.countDown();
        assertThat(started.get()).isLessThanOrEqualTo(32);
    }

    @Test
    void h13_proxies_areIgnored_whateverTheSystemSays() throws IOException {
        var asked = new AtomicInteger();
        ProxySelector before = ProxySelector.getDefault();
        try (var proxy = LoopbackServer.ok("from the proxy");
                var server = LoopbackServer.ok("direct")) {
            ProxySelector.setDefault(new ProxySelector() {
                @Override
                public List<Proxy> select(URI uri) {
                    asked.incrementAndGet();
                    return List.of(new Proxy(
                            uri.getScheme().equals("socket") ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
                            new InetSocketAddress("127.0.0.1", proxy.port())));
                }

                @Override
                public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
            });
            for (String property : List.of("http.proxyHost", "https.proxyHost", "socksProxyHost")) {
                System.setProperty(property, "127.0.0.1");
            }
            System.setProperty("http.proxyPort", "" + proxy.port());
            System.setProperty("socksProxyPort", "" + proxy.port());

            assertThat(text(get(server.url("/")))).isEqualTo("direct");
            assertThat(proxy.connections()).isZero();
            assertThat(asked).hasValue(0);
        } finally {
            ProxySelector.setDefault(before);
            for (String property : List.of(
                    "http.proxyHost", "https.proxyHost", "socksProxyHost", "http.proxyPort", "socksProxyPort")) {
                System.clearProperty(property);
            }
        }
    }

    @Test
    void h13_cookies_areNotKept_betweenRequestsOrHops() throws IOException {
        try (var server = new LoopbackServer((request, out) -> out.write((request.startsWith("GET /end ")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 302 Found\r\n"
                                + "Set-Cookie: s=1; Path=/\r\n"
                                + "Location: /end\r\n"
                                + "Content-Length: 0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)))) {
            get(server.url("/"));
            get(server.url("/"));

            assertThat(server.requests()).hasSize(4).noneMatch(request -> request.contains("Cookie"));
        }
    }

    @Test
    void h13_authentication_isNotAnsweredOnOurOwn() throws IOException {
        try (var server = LoopbackServer.fixed(
                "HTTP/1.1 401 Unauthorized\r\n" + "WWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(get(server.url("/")).status()).isEqualTo(401);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    private static LoopbackServer answering(String header, byte[] body) throws IOException {
        return new LoopbackServer((request, out) -> {
            String head = "HTTP/1.1 200 OK\r\n" + header + "Content-Length: " + body.length + "\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(body);
        });
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        }
        return out.toByteArray();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean await(CountDownLatch latch, int millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private HttpAnswer get(String url) {
        return fetch(request("GET", url));
    }

    private HttpAnswer fetch(HttpRequest request) {
        return fetcher.fetch(request, ANY_LITERAL, BUDGET);
    }

    private static HttpRequest request(String method, String url) {
        return new HttpRequest(method, HttpUrl.parse(url), new RequestHeaders(Map.of()), null);
    }

    private static String text(HttpAnswer answer) {
        return new String(answer.body().bytes(), StandardCharsets.UTF_8);
    }

    private static void assertProblem(HttpProblem problem, ThrowingCallable attempt) {
        assertThatExceptionOfType(HttpRefusedException.class)
                .isThrownBy(attempt)
                .matches(e -> e.problem() == problem, "problem is " + problem);
    }
}
