package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project of somebody else, outside this build, with {@code dev.agentos:agentos} as its one dependency. */
class EmbeddingTest {
    private static final String PROGRAM = """
            import dev.agentos.api.AgentOS;
            import dev.agentos.api.AgentSpec;
            import java.time.Duration;

            public class Hello {
                public static void main(String[] args) {
                    try (AgentOS os = AgentOS.inMemory()) {
                        var greeter = os.spawn(AgentSpec.builder("greeter")
                                .onMessage((message, ctx) -> ctx.reply(message, "Hello " + message.payload(String.class)))
                                .build());
                        System.out.println(greeter.ask("Ada", String.class, Duration.ofSeconds(10)));
                    }
                }
            }
            """;

    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
                <modelVersion>4.0.0</modelVersion>
                <groupId>somebody</groupId>
                <artifactId>else</artifactId>
                <version>1</version>
                <properties>
                    <maven.compiler.release>25</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                </properties>
                <dependencies>
                    <dependency>
                        <groupId>dev.agentos</groupId>
                        <artifactId>agentos</artifactId>
                        <version>%s</version>
                    </dependency>
                </dependencies>
                <build>
                    <plugins>
                        <!-- The versions that the build of AgentOS has brought to this machine already. -->
                        <plugin><artifactId>maven-resources-plugin</artifactId><version>3.5.0</version></plugin>
                        <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.16.0</version></plugin>
                        <plugin><artifactId>maven-dependency-plugin</artifactId><version>3.11.0</version></plugin>
                    </plugins>
                </build>
            </project>
            """;

    @TempDir
    static Path folder;

    private static Path project;
    private static List<Path> dependencies;

    @BeforeAll
    static void buildProject() throws IOException {
        project = Files.createDirectories(folder.resolve("somebody else"));
        Files.createDirectories(project.resolve("src/main/java"));
        Files.writeString(project.resolve("src/main/java/Hello.java"), PROGRAM);
        Files.writeString(project.resolve("pom.xml"), POM.formatted(System.getProperty("agentos.version")));
        Program.of(
                        project,
                        Project.root().resolve("mvnw").toString(),
                        "-q",
                        "-B",
                        "-f",
                        project.resolve("pom.xml").toString(),
                        "-Dmaven.repo.local=" + repository(),
                        "-Dmdep.outputFile=" + project.resolve("class-path"),
                        "-Dmdep.includeScope=runtime",
                        "compile",
                        "dependency:build-classpath")
                .with("JAVA_HOME", System.getProperty("java.home"))
                .run()
                .succeeded();
        dependencies = Stream.of(Files.readString(project.resolve("class-path")).split(File.pathSeparator))
                .map(Path::of)
                .toList();
    }

    @Test
    void program_isAtMost15LinesLong() {
        assertThat(PROGRAM.lines()).hasSizeLessThanOrEqualTo(15);
    }

    @Test
    void agent_answers_onTheClassPath() {
        String classPath = project.resolve("target/classes") + File.pathSeparator + join(dependencies);

        Program.Result result = java("-cp", classPath, "Hello");

        assertThat(result.succeeded().out()).isEqualTo("Hello Ada\n");
    }

    @Test
    void agent_answers_onTheModulePath() throws IOException {
        var sources = new Sources(folder.resolve("named"))
                .add("module-info.java", "module somebody { requires dev.agentos.api; }")
                .add("somebody/Hello.java", "package somebody;\n" + PROGRAM)
                .compile(List.of("--module-path", join(dependencies)));
        String modulePath = sources.classes() + File.pathSeparator + join(dependencies);

        Program.Result result = java("--module-path", modulePath, "-m", "somebody/somebody.Hello");

        assertThat(result.succeeded().out()).isEqualTo("Hello Ada\n");
    }

    @Test
    void dependency_bringsEveryPartOfTheDefaultAndNothingForTests() {
        List<String> names =
                dependencies.stream().map(path -> path.getFileName().toString()).toList();

        for (String part : List.of("api", "runtime", "isolated", "json", "security", "tools", "memory")) {
            assertThat(names).anyMatch(name -> name.startsWith("agentos-" + part + "-"));
        }
        assertThat(names)
                .noneMatch(name -> name.matches("(junit|assertj|mockito|jqwik|logback|picocli|agentos-testkit).*"));
    }

    private static Program.Result java(String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = Stream.concat(Stream.of(java, "--enable-native-access=ALL-UNNAMED"), Stream.of(arguments))
                .toList();
        return new Program(command, folder, Map.of()).run();
    }

    private static String join(List<Path> paths) {
        return String.join(
                File.pathSeparator, paths.stream().map(Path::toString).toList());
    }

    /**
     * A local repository of which everything but our own artifacts is the user's: nothing of this build gets into theirs,
     * and nothing is downloaded twice.
     */
    private static Path repository() throws IOException {
        Path users = Path.of(System.getProperty("agentos.repository"));
        // Not in the temporary folder: what deletes that should not meet links to a place of the user's.
        Path ours = Files.createDirectories(Project.root().resolve("agentos-verify/target/repository"));
        link(users, ours, "dev");
        if (Files.isDirectory(users.resolve("dev"))) {
            link(users.resolve("dev"), Files.createDirectories(ours.resolve("dev")), "agentos");
        }
        for (Path module : Project.modules()) {
            install(module, ours.resolve("dev/agentos"));
        }
        return ours;
    }

    private static void link(Path from, Path to, String except) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                if (!entry.endsWith(except)
                        && !Files.exists(to.resolve(entry.getFileName()), LinkOption.NOFOLLOW_LINKS)) {
                    Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
                }
            }
        }
    }

    /** Does what {@code install} does: the flattened POM and the jar, under the names of a local repository. */
    private static void install(Path module, Path group) throws IOException {
        Path pom = module.resolve(".flattened-pom.xml");
        if (!Files.exists(pom)) {
            return;
        }
        String version = System.getProperty("agentos.version");
        boolean parent = module.equals(Project.root());
        String artifact = parent ? "agentos-parent" : module.getFileName().toString();
        Path target = Files.createDirectories(group.resolve(artifact).resolve(version));
        Files.copy(pom, target.resolve(artifact + "-" + version + ".pom"), StandardCopyOption.REPLACE_EXISTING);
        Path jar = module.resolve("target").resolve(artifact + "-" + version + ".jar");
        if (Files.exists(jar)) {
            Files.copy(jar, target.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
