package dev.agentos.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.ProviderSelectionException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvidersTest {
    /** A kind of provider that only these tests know. */
    public interface Greeter extends NamedProvider {}

    /** One of them. */
    public static final class English implements Greeter {
        /** For ServiceLoader. */
        public English() {}

        @Override
        public String name() {
            return "english";
        }
    }

    /** Another of the same name. */
    public static final class American implements Greeter {
        /** For ServiceLoader. */
        public American() {}

        @Override
        public String name() {
            return "english";
        }
    }

    @Test
    void named_returnsTheOne_ofThatName(@TempDir Path folder) throws Exception {
        declare(folder, English.class);

        withLoader(folder, () -> {
            assertThat(Providers.named(Greeter.class, "english")).isInstanceOf(English.class);
            assertThat(Providers.only(Greeter.class)).isInstanceOf(English.class);
        });
    }

    @Test
    void named_listsWhatWasFound_whenNoneHasTheName(@TempDir Path folder) throws Exception {
        declare(folder, English.class);

        withLoader(
                folder,
                () -> assertThatThrownBy(() -> Providers.named(Greeter.class, "french"))
                        .isInstanceOfSatisfying(ProviderSelectionException.class, e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.PROVIDER);
                            assertThat(e.wanted()).isEqualTo("french");
                            assertThat(e.found())
                                    .singleElement()
                                    .asString()
                                    .contains("english")
                                    .contains("English");
                        })
                        .hasMessageContaining("Greeter")
                        .hasMessageContaining("'french'"));
    }

    @Test
    void named_refuses_whenTwoShareTheName(@TempDir Path folder) throws Exception {
        declare(folder, English.class, American.class);

        withLoader(
                folder,
                () -> assertThatThrownBy(() -> Providers.named(Greeter.class, "english"))
                        .isInstanceOfSatisfying(
                                ProviderSelectionException.class,
                                e -> assertThat(e.found()).hasSize(2)));
    }

    @Test
    void json_isAskedForAgain_whenThereWasNone() {
        assertThatThrownBy(Providers::json).isInstanceOf(ProviderSelectionException.class);
        assertThatThrownBy(Providers::json).isInstanceOf(ProviderSelectionException.class);
    }

    @Test
    void named_saysSo_whenThereIsNone() {
        assertThatThrownBy(() -> Providers.named(Greeter.class, "english")).hasMessageContaining("found none");
    }

    private static void declare(Path folder, Class<?>... providers) throws IOException {
        var services = Files.createDirectories(folder.resolve("META-INF/services"));
        var names = java.util.Arrays.stream(providers).map(Class::getName).toList();
        Files.write(services.resolve(Greeter.class.getName()), names);
    }

    private static void withLoader(Path folder, Runnable test) throws IOException {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            test.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
