package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The Java snippets of the README compile as printed, given the imports that an editor adds. */
class ReadmeTest {
    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PACKAGES = Pattern.compile("exports (dev\\.agentos\\.api[\\w.]*);");

    @TempDir
    Path folder;

    @Test
    void readme_showsTheTwoCommands() throws IOException {
        String readme = Files.readString(Project.root().resolve("README.md"));

        assertThat(readme).contains("./agent-os", "./build verify");
    }

    @TestFactory
    List<DynamicTest> snippets_compile() throws IOException {
        List<String> snippets = SNIPPET.matcher(Files.readString(Project.root().resolve("README.md")))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(snippets).isNotEmpty();
        var tests = new ArrayList<DynamicTest>();
        for (String snippet : snippets) {
            tests.add(dynamicTest(snippet.lines().findFirst().orElseThrow(), () -> compile(snippet)));
        }
        return tests;
    }

    private void compile(String snippet) throws IOException {
        boolean file =
                snippet.contains("\nclass ") || snippet.contains("public class ") || snippet.startsWith("import ");
        String unit = file ? snippet : "class Snippet {\n    void run() throws Exception {\n" + snippet + "    }\n}\n";
        String name = file ? typeName(snippet) : "Snippet";
        String classPath = Project.built().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));

        new Sources(Files.createTempDirectory(folder, "snippet"))
                .add(name + ".java", imports() + unit)
                .compile(List.of("-cp", classPath));
    }

    private static String typeName(String snippet) {
        var matcher = Pattern.compile("(?:class|record|interface) (\\w+)").matcher(snippet);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String imports() throws IOException {
        String api = Files.readString(Project.root().resolve("agentos-api/src/main/java/module-info.java"));
        Stream<String> ours = PACKAGES.matcher(api).results().map((MatchResult match) -> match.group(1));
        Stream<String> common =
                Stream.of("java.math", "java.nio.file", "java.time", "java.util", "java.util.concurrent");
        return Stream.concat(ours, common)
                .map(name -> "import " + name + ".*;\n")
                .collect(Collectors.joining());
    }
}
