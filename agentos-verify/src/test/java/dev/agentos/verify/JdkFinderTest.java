package dev.agentos.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code .mvn/find-jdk.sh}: which JDK is taken, and the download where there is none. */
@DisabledOnOs(OS.WINDOWS)
class JdkFinderTest {
    @TempDir
    Path folder;

    private final AtomicInteger downloads = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void search_takesTheFirstJdkThatIsNewEnough() throws IOException {
        Path old = jdk("old", "17.0.15");
        Path first = jdk("first", "25.0.3");
        Path second = jdk("second", "26");

        Program.Result result = require(old + ":" + folder.resolve("missing") + ":" + first + ":" + second);

        assertThat(result.succeeded().out()).isEqualTo(first + "\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void search_passesOver_aRuntimeWithoutCompiler() throws IOException {
        Path runtime = jdk("runtime", "25.0.3");
        Files.delete(runtime.resolve("bin/javac"));
        Path whole = jdk("whole jdk", "25");

        Program.Result result = require(runtime + ":" + whole);

        assertThat(result.succeeded().out()).isEqualTo(whole + "\n");
    }

    @Test
    void search_takesJavaHomeBeforeOtherPlaces() throws IOException {
        Path mine = jdk("mine", "25.0.1");

        Program.Result result = finder().with("JAVA_HOME", mine.toString()).run();

        assertThat(result.succeeded().out()).isEqualTo(mine + "\n");
    }

    @Test
    void download_happensOnce_whenNoneIsInstalled() throws Exception {
        byte[] archive = archive(jdk("served", "25.0.2"));
        serve("/jdk.tar.gz", archive, true);
        serve("/jdk.tar.gz.sha256.txt", (sha256(archive) + "  jdk.tar.gz\n").getBytes(UTF_8), false);

        Program.Result first = require("");
        Program.Result second = require("");

        assertThat(first.succeeded().out()).isEqualTo(cache() + "/jdk/temurin-25\n");
        assertThat(first.err()).contains("No JDK 25 or newer found", "downloading");
        assertThat(second.succeeded().out()).isEqualTo(first.out());
        assertThat(second.err()).isEmpty();
        assertThat(downloads).hasValue(1);
    }

    @Test
    void download_isRefused_whenTheChecksumDiffers() throws Exception {
        serve("/jdk.tar.gz", archive(jdk("served", "25.0.2")), true);
        serve("/jdk.tar.gz.sha256.txt", (sha256(new byte[1]) + "  jdk.tar.gz\n").getBytes(UTF_8), false);

        Program.Result result = require("");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("Checksum of " + address() + " differs", "set JAVA_HOME");
        assertThat(cache().resolve("jdk")).isEmptyDirectory();
    }

    @Test
    void download_isRefused_whenItIsAnOlderJdk() throws Exception {
        byte[] archive = archive(jdk("served", "21.0.2"));
        serve("/jdk.tar.gz", archive, true);
        serve("/jdk.tar.gz.sha256.txt", (sha256(archive) + "\n").getBytes(UTF_8), false);

        Program.Result result = require("");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("is not a JDK 25 or newer");
        assertThat(cache().resolve("jdk")).isEmptyDirectory();
    }

    @Test
    void download_saysWhatToDo_whenNothingIsServed() {
        Program.Result result = require("");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("Install a JDK 25 or newer, or set JAVA_HOME to one");
    }

    private Program.Result require(String places) {
        return finder().with("AGENTOS_JDK_PATH", places).run();
    }

    private Program finder() {
        String script = ". '" + Project.root() + "/.mvn/find-jdk.sh'; agentos_jdk_require && echo \"$JAVA_HOME\"";
        return Program.of(folder, "bash", "-euo", "pipefail", "-c", script)
                .with("AGENTOS_CACHE", cache().toString())
                .with("AGENTOS_JDK_URL", address())
                .with("no_proxy", "*");
    }

    private Path cache() {
        return folder.resolve("cache");
    }

    private String address() {
        return "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/jdk.tar.gz";
    }

    private void serve(String path, byte[] body, boolean counted) {
        server.createContext(path, exchange -> {
            try (exchange) {
                boolean exact = exchange.getRequestURI().getPath().equals(path);
                if (exact && counted) {
                    downloads.incrementAndGet();
                }
                exchange.sendResponseHeaders(exact ? 200 : 404, exact ? body.length : -1);
                if (exact) {
                    exchange.getResponseBody().write(body);
                }
            }
        });
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        var executable = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(home.resolve("bin/java"), executable);
        Files.createFile(home.resolve("bin/javac"), executable);
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"x\"\n");
        return home;
    }

    private byte[] archive(Path home) throws IOException {
        Path file = folder.resolve("archive.tar.gz");
        Program.of(folder, "tar", "-czf", file.toString(), home.getFileName().toString())
                .run()
                .succeeded();
        return Files.readAllBytes(file);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
