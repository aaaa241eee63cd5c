package dev.agentos.verify;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.spi.NamedProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Providers are found on the class path and on the module path alike. */
class ProvidersTest {
    private static final String SERVICES = "META-INF/services/";

    private static final List<ModuleReference> MODULES = Project.built().stream()
            .flatMap(entry -> ModuleFinder.of(entry).findAll().stream())
            .filter(module -> module.descriptor().name().startsWith("dev.agentos"))
            .toList();

    @Test
    void modules_areFoundOnThisClassPath() {
        List<String> names =
                MODULES.stream().map(module -> module.descriptor().name()).toList();

        assertThat(names)
                .contains(
                        "dev.agentos.api",
                        "dev.agentos.json",
                        "dev.agentos.runtime",
                        "dev.agentos.security",
                        "dev.agentos.tools");
    }

    @Test
    void providers_areDeclaredTwiceAndAlike() {
        for (ModuleReference module : MODULES) {
            assertThat(declaredInModuleInfo(module))
                    .as("provides of %s", module.descriptor().name())
                    .isEqualTo(declaredInFiles(module));
        }
    }

    @Test
    void providersOfOurInterfaces_haveNamesOfTheirOwn() {
        var interfaces = MODULES.stream()
                .flatMap(module -> declaredInFiles(module).keySet().stream())
                .distinct()
                .toList();

        assertThat(interfaces).contains("dev.agentos.api.spi.RuntimeProvider", "dev.agentos.api.spi.JsonProvider");
        for (String name : interfaces) {
            Map<String, List<NamedProvider>> byName = load(name).collect(groupingBy(NamedProvider::name));
            assertThat(byName)
                    .as(name)
                    .allSatisfy((key, providers) -> assertThat(providers).hasSize(1));
        }
    }

    @Test
    void implementationModules_exportNothing() {
        // What programs are written against: the API, the tests' kit, and modules that make tools of something.
        Set<String> open = Set.of("dev.agentos.api", "dev.agentos.testkit", "dev.agentos.wasm");

        Stream<ModuleDescriptor> exporting = MODULES.stream()
                .map(ModuleReference::descriptor)
                .filter(module -> !module.isAutomatic() && !open.contains(module.name()))
                .filter(module -> module.exports().stream().anyMatch(exported -> !exported.isQualified()));

        assertThat(exporting).isEmpty();
    }

    private static Stream<NamedProvider> load(String type) {
        try {
            Class<?> service = Class.forName(type);
            return ServiceLoader.load(service).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(NamedProvider.class::isInstance)
                    .map(NamedProvider.class::cast);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(type, e);
        }
    }

    private static Map<String, Set<String>> declaredInModuleInfo(ModuleReference module) {
        if (module.descriptor().isAutomatic()) {
            // Its descriptor is made of the files: as good as not declared.
            return Map.of();
        }
        return module.descriptor().provides().stream()
                .collect(toMap(ModuleDescriptor.Provides::service, provides -> new TreeSet<>(provides.providers())));
    }

    private static Map<String, Set<String>> declaredInFiles(ModuleReference module) {
        try (ModuleReader reader = module.open()) {
            return reader.list()
                    .filter(name -> name.startsWith(SERVICES) && !name.endsWith("/"))
                    .collect(toMap(name -> name.substring(SERVICES.length()), providerNames(reader)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Function<String, Set<String>> providerNames(ModuleReader reader) {
        return name -> {
            try (var in = reader.open(name).orElseThrow()) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                var providers = new TreeSet<String>();
                text.lines()
                        .map(line -> line.replaceFirst("#.*", "").strip())
                        .filter(line -> !line.isEmpty())
                        .forEach(providers::add);
                return providers;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
