package dev.agentos.security.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SigningKeyProvider;
import dev.agentos.api.token.SigningKey;
import dev.agentos.testkit.contract.SigningKeyContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ed25519KeyProviderTest implements SigningKeyContract {
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final SigningKeyProvider provider = Providers.named(SigningKeyProvider.class, "ed25519");

    private SigningKey open(Path file) {
        return provider.open(Map.of("file", file.toString()));
    }

    @Override
    public SigningKey openKey() {
        return provider.open(Map.of());
    }

    @Test
    void keysInMemory_areNewOnes() {
        try (SigningKey one = provider.open(Map.of());
                SigningKey other = provider.open(Map.of())) {
            assertThat(one.verifyingKey()).isNotEqualTo(other.verifyingKey());
        }
    }

    @Test
    void keyInAFile_isTheSame_whenItIsOpenedAgain() throws Exception {
        Path file = folder.resolve("deep/er/issuer.key");

        try (SigningKey made = open(file);
                SigningKey again = open(file)) {
            assertThat(again.verifyingKey()).isEqualTo(made.verifyingKey());
            assertThat(isRight(made.verifyingKey(), MESSAGE, again.sign(MESSAGE)))
                    .isTrue();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var left = Files.list(file.getParent())) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void keyInAFile_isOne_whenManyMakeItAtOnce() throws Exception {
        Path file = folder.resolve("issuer.key");
        var together = new CountDownLatch(8);
        var opened = new ArrayList<Future<SigningKey>>();

        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<SigningKey> opening = () -> {
                together.countDown();
                together.await();
                return open(file);
            };
            for (int i = 0; i < 8; i++) {
                opened.add(threads.submit(opening));
            }
        }

        var keys = new ArrayList<String>();
        for (Future<SigningKey> each : opened) {
            keys.add(each.get().verifyingKey().toString());
        }
        assertThat(Set.copyOf(keys)).hasSize(1);
    }

    @Test
    void keyFile_isRefused_whenOthersCanReadIt() throws Exception {
        Path file = folder.resolve("issuer.key");
        open(file).close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("can be read by others");
    }

    @Test
    void keyFile_isRefused_whenItHoldsSomethingElse() throws Exception {
        Path file = folder.resolve("issuer.key");
        String good = written(file, text -> text);

        for (String bad : new String[] {
            "",
            "secret words",
            good.replace("PUBLIC", "OTHER"),
            good.replace("PRIVATE", "OTHER"),
            withAnotherSecret(good),
            good + "x".repeat(5_000),
            halves(good, written(folder.resolve("other.key"), text -> text))
        }) {
            Files.writeString(file, bad);

            assertThatThrownBy(() -> open(file))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(file.toString())
                    .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("secret words"));
        }
    }

    /** The secret is what the last 43 of its 64 characters say. */
    private static String withAnotherSecret(String text) {
        int last = text.indexOf("\n-----END PRIVATE KEY") - 1;
        char other = text.charAt(last - 4) == 'A' ? 'B' : 'A';
        return text.substring(0, last - 4) + other + text.substring(last - 3);
    }

    private String written(Path file, UnaryOperator<String> change) throws Exception {
        open(file).close();
        String text = change.apply(Files.readString(file));
        Files.writeString(file, text);
        return text;
    }

    private static String halves(String privateOf, String publicOf) {
        String end = "-----END PRIVATE KEY-----\n";
        return privateOf.substring(0, privateOf.indexOf(end) + end.length())
                + publicOf.substring(publicOf.indexOf(end) + end.length());
    }

    @Test
    void settings_areRefused_whenTheyAreNotKnown() {
        assertThatThrownBy(() -> provider.open(Map.of("path", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'path'");
    }
}
