package dev.agentos.runtime.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.agentos.api.error.SecretException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.SecretProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretProvidersTest {
    private static final JsonObject ARGUMENTS =
            JsonValue.of(Map.of("k", "secret:a")).asObject();

    @TempDir
    private Path folder;

    @BeforeEach
    void posix() {
        assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
    }

    @Test
    void folder_givesTheTextWithoutItsLastLineBreak() throws IOException {
        write("desk/api-key", "s3cr3t-value\n", "rw-------");

        Optional<String> secret = new FolderSecrets(folder).resolve("desk/api-key");

        assertThat(secret).contains("s3cr3t-value");
    }

    @Test
    void folder_knowsNothing_ofWhatIsNotThere() {
        assertThat(new FolderSecrets(folder).resolve("desk/api-key")).isEmpty();
        assertThat(new FolderSecrets(folder.resolve("nowhere")).resolve("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
    void folder_refuses_whatOthersMayRead(String permissions) throws IOException {
        write("a", "s3cr3t-value", permissions);

        assertThatThrownBy(() -> new FolderSecrets(folder).resolve("a"))
                .isInstanceOf(SecretException.class)
                .hasMessage("secret:a: others may read or write its file: chmod 600");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx----w-"})
    void folder_refuses_whatOthersMayReplace(String permissions) throws IOException {
        write("desk/api-key", "s3cr3t-value", "rw-------");
        var secrets = new FolderSecrets(folder);
        Files.setPosixFilePermissions(folder.resolve("desk"), PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> secrets.resolve("desk/api-key"))
                .isInstanceOf(SecretException.class)
                .hasMessage("secret:desk/api-key: others may write to its folder 'desk': chmod 700");

        Files.setPosixFilePermissions(folder.resolve("desk"), PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        assertThatThrownBy(() -> secrets.resolve("desk/api-key"))
                .hasMessageContaining("others may write to its folder");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(secrets.resolve("desk/api-key")).contains("s3cr3t-value");
    }

    @Test
    void folder_refuses_whatBelongsToSomebodyElse() throws IOException {
        assumeThat(Files.getAttribute(folder, "unix:uid"))
                .as("only root gives files away")
                .isEqualTo(0);
        write("a", "s3cr3t-value", "rw-------");
        Files.setAttribute(folder.resolve("a"), "unix:uid", 65_534);

        assertThatThrownBy(() -> new FolderSecrets(folder).resolve("a"))
                .hasMessage("secret:a: its file belongs to another user than the folder of secrets");
    }

    @Test
    void folder_mayItselfBeALink() throws IOException {
        write("real/a", "s3cr3t-value", "rw-------");
        Path link = Files.createSymbolicLink(folder.resolve("secrets"), folder.resolve("real"));

        assertThat(new FolderSecrets(link).resolve("a")).contains("s3cr3t-value");
    }

    @Test
    void folder_refusesLinks_onTheWayToo() throws IOException {
        write("real/a", "s3cr3t-value", "rw-------");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("b"), folder.resolve("real/a"));

        assertThatThrownBy(() -> new FolderSecrets(folder).resolve("link/a"))
                .hasMessage("secret:link/a: its file is behind a symbolic link");
        assertThatThrownBy(() -> new FolderSecrets(folder).resolve("b"))
                .hasMessage("secret:b: its file is behind a symbolic link");
    }

    @Test
    void folder_refuses_whatIsNoSmallTextInAFile() throws IOException {
        write("long", "x".repeat(64 * 1024 + 1), "rw-------");
        Files.createDirectory(folder.resolve("dir"));
        Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe});
        Files.setPosixFilePermissions(folder.resolve("bytes"), PosixFilePermissions.fromString("rw-------"));
        var secrets = new FolderSecrets(folder);

        assertThatThrownBy(() -> secrets.resolve("long")).hasMessage("secret:long: its file has more than 64 KiB");
        assertThatThrownBy(() -> secrets.resolve("dir")).hasMessage("secret:dir: is no regular file");
        assertThatThrownBy(() -> secrets.resolve("bytes")).hasMessage("secret:bytes: its file is no text in UTF-8");
        assertThatThrownBy(() -> secrets.resolve("../a")).hasMessageContaining("names no file of the folder");
    }

    @Test
    void environment_givesTheVariableOfTheName() {
        var secrets = new EnvironmentSecrets(
                "AGENTOS_SECRET_",
                Map.of("AGENTOS_SECRET_DESK__API_KEY", "one", "DESK__API_KEY", "two", "PATH", "/bin"));

        assertThat(secrets.resolve("desk/api-key")).contains("one");
        assertThat(secrets.resolve("path")).isEmpty();
        // Else two names would share a variable, and a grant for one be good for the other.
        assertThat(secrets.resolve("desk/api_key")).isEmpty();
        assertThat(secrets.resolve("DESK/API-KEY")).isEmpty();
        assertThat(secrets.resolve("desk//api-key")).isEmpty();
        assertThat(secrets.resolve("desk--api-key")).isEmpty();
    }

    @Test
    void environment_needsAPrefix() {
        assertThatThrownBy(() -> new EnvironmentSecrets("", Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fill_asksTheProvidersInOrder() {
        var secrets = new Secrets(
                List.of(name -> Optional.empty(), name -> Optional.of("first-one"), name -> Optional.of("second-one")));

        Secrets.Filled filled = secrets.fill(ARGUMENTS, Set.of("a"));

        assertThat(filled.arguments()).isEqualTo(JsonValue.of(Map.of("k", "first-one")));
        assertThat(filled.scrubber().clean("it is first-one")).isEqualTo("it is secret:a");
    }

    @Test
    void fill_saysWhatIsWrong_andNothingOfTheSecret() {
        SecretProvider chatty = name -> {
            throw new IllegalStateException("the password is s3cr3t-value");
        };

        assertThatThrownBy(() -> new Secrets(List.of(chatty)).fill(ARGUMENTS, Set.of("a")))
                .isInstanceOf(SecretException.class)
                .hasMessage("secret:a: its provider failed: java.lang.IllegalStateException")
                .hasNoCause();
        assertThatThrownBy(() -> new Secrets(List.of()).fill(ARGUMENTS, Set.of("a")))
                .hasMessage("secret:a: this runtime has no secrets");
        assertThatThrownBy(() -> new Secrets(List.of(name -> Optional.empty())).fill(ARGUMENTS, Set.of("a")))
                .hasMessage("secret:a: no provider knows a secret of that name");
        assertThatThrownBy(() -> new Secrets(List.of(name -> Optional.of("short"))).fill(ARGUMENTS, Set.of("a")))
                .hasMessageContaining("fewer than 8 characters")
                .hasMessageNotContaining("short");
    }

    private void write(String name, String text, String permissions) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(
                file.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
