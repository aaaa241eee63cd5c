package dev.agentos.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the sources and the built modules are. */
final class Project {
    private Project() {}

    /** {@return the folder of the checkout} */
    static Path root() {
        return Path.of(System.getProperty("agentos.root"));
    }

    /** {@return the folders of the modules, published or not, and of their parent} */
    static List<Path> modules() {
        try (Stream<Path> entries = Files.walk(root(), 1)) {
            return entries.filter(entry -> Files.exists(entry.resolve("pom.xml")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the Java files of a source folder, such as {@code src/main/java}, over all modules} */
    static List<Path> sources(String folder) {
        return modules().stream()
                .map(module -> module.resolve(folder))
                .filter(Files::isDirectory)
                .flatMap(Project::javaFiles)
                .toList();
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the class path entries that come from this build: jars, or folders when nothing is packaged yet} */
    static List<Path> built() {
        return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .map(Path::of)
                .filter(entry -> entry.startsWith(root()) && !entry.endsWith("test-classes"))
                .filter(Files::exists)
                .toList();
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
