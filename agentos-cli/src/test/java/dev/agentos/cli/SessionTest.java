package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Performs the pages with sessions in {@code docs}: each line that begins with a dollar sign is a command, what follows up to the next
 * one is what it prints. Times, numbers that depend on what else goes on, and the home folder may differ.
 */
@EnabledOnOs(OS.LINUX)
class SessionTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");
    private static final Pattern SHOWS = Pattern.compile(
            "^\\$ agent-os (list|status|log|events|messages|memory|dead-letters|(approvals|capability) (list|show))\\b");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    @TempDir
    Path home;

    private String homeBefore;
    private int lastExit;

    @BeforeEach
    void moveHome() {
        homeBefore = System.setProperty("user.home", home.toString());
    }

    @AfterEach
    void moveBack() {
        Invocation.of("shutdown");
        System.setProperty("user.home", homeBefore);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cli-session.md", "rights-session.md"})
    void session_goesAsWritten(String name) throws IOException {
        String page = Files.readString(page(name));
        var steps = new ArrayList<String>();
        var differences = new ArrayList<String>();

        BLOCK.matcher(page).results().forEach(block -> {
            if (block.group(1).equals("yaml")) {
                write(block.group(2));
            } else if (block.group(1).equals("console")) {
                for (String step : block.group(2).split("(?m)^(?=\\$ )")) {
                    String actual = perform(step);
                    steps.add(step);
                    if (!actual.equals(normalised(step))) {
                        differences.add("written:\n" + normalised(step) + "shown:\n" + actual);
                    }
                }
            }
        });

        assertThat(steps).hasSizeGreaterThan(15);
        assertThat(differences).isEmpty();
    }

    /** Performs a command. One that only shows something is repeated until it shows what is written: agents take time. */
    private String perform(String step) {
        String line = step.lines().findFirst().orElseThrow();
        String expected = normalised(step);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String actual = normalised(line + "\n" + output(line.substring(2)));
        while (SHOWS.matcher(line).find() && !actual.equals(expected) && System.nanoTime() < deadline) {
            actual = normalised(line + "\n" + output(line.substring(2)));
        }
        return actual;
    }

    /** The first line of a file says its name. */
    private void write(String content) {
        String name = content.lines().findFirst().orElseThrow().replace("# ", "");
        try {
            Files.writeString(home.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String output(String line) {
        if (line.startsWith("kill -9 ")) {
            return kill();
        }
        if (line.startsWith("mkdir ")) {
            return create(line.substring("mkdir ".length()));
        }
        if (line.equals("echo $?")) {
            return lastExit + "\n";
        }
        List<String> words = new ArrayList<>(WORD.matcher(atHome(line))
                .results()
                .map(SessionTest::word)
                .map(word ->
                        Files.exists(home.resolve(word)) ? home.resolve(word).toString() : word)
                .toList());
        assertThat(words.removeFirst()).isEqualTo("agent-os");
        var output = new ByteArrayOutputStream();
        var stream = Invocation.stream(output);
        lastExit = Main.run(words.toArray(String[]::new), new Terminal(stream, stream));
        return output.toString(StandardCharsets.UTF_8);
    }

    /** The number on the page is that of another day. */
    private String kill() {
        try {
            String pid = Files.readString(home.resolve(".agent-os/daemon.lock")).strip();
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(daemon -> {
                daemon.destroyForcibly();
                daemon.onExit().join();
            });
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String create(String folder) {
        try {
            Files.createDirectory(Path.of(atHome(folder)));
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On the pages, it is Alice who types. */
    private String atHome(String text) {
        return text.replace("/home/alice", home.toString());
    }

    private static String word(MatchResult match) {
        return match.group(1) != null ? match.group(1) : match.group(2);
    }

    private String normalised(String text) {
        return text.replace(home.toString(), "~")
                .replace("/home/alice", "~")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+Z?)?", "<time>")
                .replaceAll("pid \\d+", "pid <pid>")
                .replaceAll("operator:\\d+", "operator:<uid>")
                .replaceAll("\"micros\":\\d+", "\"micros\":0")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>")
                .replaceAll("\\d\\.\\d{3,}", "<score>")
                .replaceAll("\\[\\d+]", "[<number>]")
                .replaceAll("message \\d+ from", "message <number> from")
                .replaceAll("Inode\\[device=\\d+, number=\\d+]", "Inode[]")
                .replaceAll("(?m)^\\d+ +(\\d+ +)?<time>", "<number> <time>")
                .replaceAll("bob +\\d+ +\\{", "bob <number> {")
                .replaceAll("agent-os \\d+\\.\\d+\\.\\d+\\S*", "agent-os <version>")
                .replaceAll(" +", " ")
                .replaceAll("(?m) $", "");
    }

    private static Path page(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs").resolve(name))) {
            folder = folder.getParent();
        }
        return folder.resolve("docs").resolve(name);
    }
}
