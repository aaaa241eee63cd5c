package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndocumentedDeclarationsTest {
    @TempDir
    Path folder;

    @Test
    void search_findsWhatUsersSeeWithoutComment() throws IOException {
        Path file = write("""
                public interface Thing {
                    int size();

                    /** Documented. */
                    int weight();

                    record Part(String name) {
                        public Part {}

                        @Override
                        public String toString() {
                            return name;
                        }
                    }

                    /** Documented. */
                    enum Kind {
                        BIG
                    }
                }
                """);

        List<String> found = UndocumentedDeclarations.of(List.of(file));

        assertThat(found)
                .containsExactly(
                        "Thing.java:1 Thing",
                        "Thing.java:2 size()",
                        "Thing.java:7 Part",
                        "Thing.java:8 <init>()",
                        "Thing.java:18 BIG");
    }

    @Test
    void search_passesOver_whatNobodySees() throws IOException {
        Path file = write("""
                final class Thing {
                    public int size() {
                        return 1;
                    }

                    public static class Part {}
                }
                """);

        List<String> found = UndocumentedDeclarations.of(List.of(file));

        assertThat(found).isEmpty();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("Thing.java"), text);
    }
}
