package dev.agentos.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for stores, in the folder for temporary files: whoever wants another disk sets {@code java.io.tmpdir}. */
final class Disk implements AutoCloseable {
    private final Path folder;

    Disk() {
        try {
            folder = Files.createTempDirectory("agentos-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return a file in it} */
    Path file(String name) {
        return folder.resolve(name);
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
