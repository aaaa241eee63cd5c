package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What STYLE asks of source files and no compiler checks. */
class SourceRulesTest {
    private static final int LONGEST_FILE = 500;

    @Test
    void mainFiles_areAtMost500LinesLong() {
        List<Path> files = Project.sources("src/main/java");

        List<Path> tooLong = files.stream()
                .filter(file -> Project.lines(file).size() > LONGEST_FILE)
                .toList();

        assertThat(files).isNotEmpty();
        assertThat(tooLong).isEmpty();
    }

    @Test
    void packages_areNullMarked() {
        List<Path> folders = Project.sources("src/main/java").stream()
                .filter(file -> !file.endsWith("module-info.java"))
                .map(Path::getParent)
                .distinct()
                .toList();

        List<Path> unmarked =
                folders.stream().filter(folder -> !isNullMarked(folder)).toList();

        assertThat(folders).isNotEmpty();
        assertThat(unmarked).isEmpty();
    }

    @Test
    void mainFiles_haveNoLeftovers() {
        var leftover = Pattern.compile("\\b(TODO|FIXME|XXX)\\b|@author|printStackTrace\\(\\)");

        List<String> found = linesWith(Project.sources("src/main/java"), leftover);

        assertThat(found).isEmpty();
    }

    @Test
    void tests_neverSleep() {
        // Waiting for a condition, with a limit, may park between two looks at it.
        var sleep = Pattern.compile("\\bThread\\.sleep\\(|TimeUnit\\.\\w+\\.sleep\\(");

        List<String> found = linesWith(Project.sources("src/test/java"), sleep);

        assertThat(found.stream()
                        .filter(line -> !line.startsWith("SourceRulesTest"))
                        .toList())
                .isEmpty();
    }

    @Test
    void tests_areNotSkipped() {
        var skipped = Pattern.compile("^\\s*@Disabled\\b");

        List<String> found = linesWith(Project.sources("src/test/java"), skipped);

        assertThat(found).isEmpty();
    }

    private static boolean isNullMarked(Path folder) {
        Path info = folder.resolve("package-info.java");
        return Files.exists(info)
                && Project.lines(info).stream()
                        .anyMatch(line ->
                                line.equals("@NullMarked") || line.equals("@org.jspecify.annotations.NullMarked"));
    }

    private static List<String> linesWith(List<Path> files, Pattern pattern) {
        return files.stream()
                .flatMap(file -> Project.lines(file).stream()
                        .filter(line -> pattern.matcher(line).find())
                        .map(line -> file.getFileName() + ": " + line.strip()))
                .toList();
    }
}
