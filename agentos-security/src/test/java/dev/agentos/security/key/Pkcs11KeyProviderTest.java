package dev.agentos.security.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SigningKeyProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen without hardware; the rest is in {@link Pkcs11KeyIT}. */
class Pkcs11KeyProviderTest {
    @TempDir
    private Path folder;

    private final SigningKeyProvider provider = Providers.named(SigningKeyProvider.class, "pkcs11");

    private Map<String, String> settings(String name, String value) throws Exception {
        Path pin = folder.resolve("pin");
        Files.writeString(pin, "1234\n");
        var settings =
                new HashMap<>(Map.of("library", "/nowhere/libnone.so", "label", "issuer", "pinFile", pin.toString()));
        settings.put(name, value);
        return settings;
    }

    private void assertRefused(String name, String value) throws Exception {
        Map<String, String> settings = settings(name, value);
        assertThatThrownBy(() -> provider.open(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void settings_areRefused_namingTheOne() throws Exception {
        assertRefused("library", "relative.so");
        assertRefused("library", "/lib/a.so\nattributes = compatibility");
        assertRefused("library", "/lib/${user.home}.so");
        assertRefused("library", "");
        assertRefused("slot", "first");
        assertRefused("label", " ");
        assertRefused("create", "maybe");
        assertRefused("pin", "1234");
    }

    @Test
    void key_isRefused_whenThereIsNoLibrary() throws Exception {
        Map<String, String> settings = settings("slot", "0");

        assertThatThrownBy(() -> provider.open(settings))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/nowhere/libnone.so")
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("1234"));
    }

    @Test
    void key_isRefused_whenThereIsNoPin() throws Exception {
        Map<String, String> settings =
                settings("pinFile", folder.resolve("none").toString());

        assertThatThrownBy(() -> provider.open(settings))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PIN");
    }
}
