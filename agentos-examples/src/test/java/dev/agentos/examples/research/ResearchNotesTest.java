package dev.agentos.examples.research;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.testkit.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResearchNotesTest {
    @Test
    void main_citesFileLineAndScore_andShowsTheGrantThatTheStrangerLacks(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("boats.md"), "# Boats\n\nA dinghy is a small boat.\n\nFerries carry cars.\n");
        Files.writeString(folder.resolve("birds.md"), "Herons eat frogs.\n\nA heron\nhas long legs.\n");
        Files.writeString(folder.resolve("secret.txt"), "Dinghies of no concern.");
        var leaks = LeakCheck.begin();

        String output = output(folder.toString(), "What is a dinghy?", "Which legs have herons?");

        assertThat(output)
                .startsWith("reader remembers 4 passages in shared/notes")
                .containsPattern(
                        "scholar: What is a dinghy\\?\n  \\d\\.\\d{3}  boats.md:3  A dinghy is a small boat.\\R +words; ")
                .containsPattern(
                        "scholar: Which legs have herons\\?\n  \\d\\.\\d{3}  birds.md:3  A heron has long legs.\\R")
                .doesNotContain("of no concern")
                .endsWith("stranger: What is a dinghy?\n  denied; it would take the grant\n"
                        + "  memory:shared/notes read" + System.lineSeparator());
        leaks.assertNothingLeft();
    }

    @Test
    void main_findsThePassage_inTheDocumentsOfThisRepository() throws Exception {
        Path docs = Stream.of("docs", "../docs")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();

        String output = output(docs.toString());

        assertThat(output)
                .containsPattern("reader remembers \\d{2,} passages")
                .containsPattern("How does a daemon stop\\?\n  \\d\\.\\d{3}  cli[-a-z]*\\.md:\\d+  ")
                .containsPattern("Why was ping-pong slow\\?\n  \\d\\.\\d{3}  benchmarks\\.md:\\d+");
    }

    private static String output(String... args) throws Exception {
        var bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            ResearchNotes.main(args);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
