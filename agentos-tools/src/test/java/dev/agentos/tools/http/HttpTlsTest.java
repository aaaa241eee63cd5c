package dev.agentos.tools.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS against a server whose certificate is good for 127.0.0.1 and for nothing else. */
@Timeout(60)
class HttpTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final HttpFetcher.Budget BUDGET = new HttpFetcher.Budget(1_000, Duration.ofSeconds(20));

    @TempDir
    private Path temp;

    private SSLContext context;
    private LoopbackServer server;

    @BeforeEach
    void startServer() throws Exception {
        context = contextWithFreshKey(temp.resolve("key.p12"));
        server = new LoopbackServer(
                context.getServerSocketFactory().createServerSocket(),
                "127.0.0.1",
                (request, out) -> out.write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe".getBytes(StandardCharsets.US_ASCII)));
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    @Test
    void https_works_whenTheCertificateIsTrustedAndNamesTheHost() {
        HttpAnswer answer =
                fetcher(new DefaultClientTlsStrategy(context)).fetch(request("127.0.0.1"), hop -> u -> true, BUDGET);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().bytes()).asString().isEqualTo("safe");
    }

    @Test
    void https_fails_whenTheCertificateIsNotTrustedByTheJdk() {
        assertThatExceptionOfType(HttpRefusedException.class)
                .isThrownBy(() -> fetcher(new LazyTls()).fetch(request("127.0.0.1"), hop -> u -> true, BUDGET))
                .matches(e -> e.problem() == HttpProblem.CONNECTION);
    }

    @Test
    void https_fails_whenTheCertificateNamesAnotherHost() throws IOException {
        try (var connection = new HttpConnection(
                List.of(InetAddress.ofLiteral("127.0.0.1")),
                new DefaultClientTlsStrategy(context),
                org.apache.hc.core5.util.Timeout.ofSeconds(10))) {
            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> connection.exchange(request("other.example"), 100));
        }
    }

    private static HttpFetcher fetcher(TlsSocketStrategy tls) {
        return new HttpFetcher(name -> List.of(), tls);
    }

    private HttpRequest request(String host) {
        String url = "https://" + host + ":" + server.port() + "/";
        return new HttpRequest("GET", HttpUrl.parse(url), new RequestHeaders(Map.of()), null);
    }

    private static SSLContext contextWithFreshKey(Path file) throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "k",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("k", store.getCertificate("k"));
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
