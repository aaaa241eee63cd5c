package dev.agentos.verify.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A contract that no provider is held to proves nothing. */
class ContractsTest {
    private static final Path ROOT = Path.of(System.getProperty("agentos.root"));

    @ParameterizedTest
    @MethodSource("contracts")
    void contract_isImplemented_byATestOfAProvider(String contract) {
        var implemented = Pattern.compile("(class|record) \\w+[^{]*implements [^{]*\\b" + contract + "\\b[^{]*\\{")
                .asPredicate();

        assertThat(testsOfProviders())
                .anySatisfy(test -> assertThat(read(test)).matches(implemented, "implements " + contract));
    }

    static List<String> contracts() {
        return javaFiles(ROOT.resolve("agentos-testkit/src/main/java/dev/agentos/testkit/contract"), file -> true)
                .stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .filter(name -> name.endsWith("Contract"))
                .toList();
    }

    private static List<Path> testsOfProviders() {
        return Stream.of("runtime", "json", "security", "tools", "memory", "biscuit", "isolated")
                .map(module -> ROOT.resolve("agentos-" + module).resolve("src/test/java"))
                .filter(Files::isDirectory)
                .flatMap(folder -> javaFiles(folder, file -> file.toString().endsWith("Test.java")).stream())
                .toList();
    }

    private static List<Path> javaFiles(Path folder, Predicate<Path> wanted) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java") && wanted.test(file))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
