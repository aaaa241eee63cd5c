package dev.agentos.security.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SigningKeyProvider;
import dev.agentos.api.token.KeyAlgorithm;
import dev.agentos.api.token.SigningKey;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys in SoftHSM2 (Debian: {@code softhsm2}), which is hardware as far as PKCS#11 can tell. Runs in the profile {@code pkcs11}, which
 * says where SoftHSM2 keeps its tokens; where it is not installed, it is skipped with a message.
 */
class Pkcs11KeyIT {
    private static final List<String> PLACES = List.of(
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib64/softhsm/libsofthsm.so",
            "/usr/lib64/libsofthsm2.so",
            "/usr/local/lib/softhsm/libsofthsm2.so",
            "/opt/homebrew/lib/softhsm/libsofthsm2.so");
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path folder;

    private final SigningKeyProvider provider = Providers.named(SigningKeyProvider.class, "pkcs11");

    @BeforeAll
    static void initialiseToken() throws Exception {
        assumeThat(library())
                .as("SoftHSM2 is not installed: keys in hardware were not tested")
                .isNotEmpty();
        Files.writeString(folder.resolve("pin"), "1234");
        Process process = new ProcessBuilder(
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        "agentos",
                        "--so-pin",
                        "12345678",
                        "--pin",
                        "1234")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("log")))
                .isZero();
    }

    private static String library() {
        Stream<String> found = PLACES.stream().filter(place -> new File(place).exists());
        return found.findFirst().orElse("");
    }

    private static Map<String, String> settings(String label, String... more) {
        var settings = new HashMap<>(Map.of(
                "library",
                library(),
                "label",
                label,
                "pinFile",
                folder.resolve("pin").toString()));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    @Test
    void key_isMadeInTheHardware_andFoundAgain() {
        try (SigningKey made = provider.open(settings("issuer", "create", "true"));
                SigningKey found = provider.open(settings("issuer"))) {
            assertThat(made.verifyingKey().algorithm()).isEqualTo(KeyAlgorithm.P256);
            assertThat(found.verifyingKey()).isEqualTo(made.verifyingKey());
            assertThat(found.sign(MESSAGE)).isNotEmpty();
        }
    }

    @Test
    void signature_isRight_andHasTheLowerS() throws Exception {
        try (SigningKey key = provider.open(settings("signer", "create", "true"))) {
            for (int i = 0; i < 10; i++) {
                byte[] signature = key.sign(MESSAGE);

                assertThat(P256Form.withLowerS(signature)).isEqualTo(signature);
                assertThat(isRight(key, signature)).isTrue();
            }
        }
    }

    /** By the JDK's own elliptic curves, from the compressed point. */
    private static boolean isRight(SigningKey key, byte[] signature) throws Exception {
        // Compressed points are what openssl and every other make read; the JDK wants both coordinates.
        Path der = folder.resolve("point.der");
        byte[] prefix = HexFormat.of().parseHex("3039301306072a8648ce3d020106082a8648ce3d030107032200");
        byte[] point = key.verifyingKey().bytes();
        byte[] whole = Arrays.copyOf(prefix, prefix.length + point.length);
        System.arraycopy(point, 0, whole, prefix.length, point.length);
        Files.write(der, whole);
        Files.write(folder.resolve("signature"), signature);
        Files.write(folder.resolve("message"), MESSAGE);
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "dgst",
                        "-sha256",
                        "-verify",
                        der.toString(),
                        "-keyform",
                        "DER",
                        "-signature",
                        folder.resolve("signature").toString(),
                        folder.resolve("message").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        assertThat(openssl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return openssl.exitValue() == 0;
    }

    @Test
    void key_isRefused_whenThereIsNoneOfThatLabel() {
        assertThatThrownBy(() -> provider.open(settings("nobody")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no key 'nobody'");
    }

    @Test
    void key_isRefused_whenThePinIsWrong() throws Exception {
        Path wrong = folder.resolve("wrong");
        Files.writeString(wrong, "9999");

        // Whoever is logged in stays so: the hardware is asked in a JVM of its own.
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenOnce.class.getName(),
                        library(),
                        wrong.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        assertThat(Files.readString(folder.resolve("log")))
                .contains("cannot be had")
                .doesNotContain("9999");
    }

    /** A program that opens a key and ends with 3 if it is refused. */
    static final class OpenOnce {
        private OpenOnce() {}

        public static void main(String[] args) {
            try {
                new Pkcs11KeyProvider()
                        .open(Map.of("library", args[0], "label", "issuer", "pinFile", args[1], "create", "true"))
                        .close();
            } catch (IllegalStateException refused) {
                System.out.println(refused.getMessage());
                System.exit(3);
            }
        }
    }

    @Test
    void key_signsNothing_onceItIsClosed() {
        SigningKey key = provider.open(settings("closed", "create", "true"));
        key.close();
        key.close();

        assertThatThrownBy(() -> key.sign(MESSAGE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keys_signFromManyThreads() throws Exception {
        try (SigningKey key = provider.open(settings("shared", "create", "true"));
                var threads = Executors.newFixedThreadPool(8)) {
            var signatures = new ArrayList<Future<byte[]>>();
            for (int i = 0; i < 64; i++) {
                signatures.add(threads.submit(() -> key.sign(MESSAGE)));
            }

            for (var signature : signatures) {
                assertThat(signature.get()).isNotEmpty();
            }
            assertThat(isRight(key, signatures.getLast().get())).isTrue();
        }
    }
}
