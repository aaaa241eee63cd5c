package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What bash offers, with the script sourced as the help says. */
@EnabledOnOs(OS.LINUX)
class CompletionTest {
    @TempDir
    Path folder;

    /** Sources the script in a fresh bash and asks it to complete the last of these words. */
    private List<String> completed(String... words) throws IOException, InterruptedException {
        Path script = Files.writeString(
                folder.resolve("completion"), Invocation.of("completion").out());
        var bash = new ProcessBuilder("bash", "--norc", "-c", """
                set -u
                source "$1"
                shift
                complete -p agent-os >/dev/null || exit 9
                # Bash refuses it outside of a completion, and it only says how candidates are written.
                compopt() { :; }
                set +u
                COMP_WORDS=(agent-os "$@"); COMP_CWORD=$#
                _complete_agent-os
                printf '%s\\n' "${COMPREPLY[@]}"
                """, "bash", script.toString());
        bash.command().addAll(List.of(words));
        bash.directory(folder.toFile());
        Path errors = folder.resolve("errors");
        Process process = bash.redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        assertThat(errors).isEmptyFile();
        return out.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "st | status stop store",
                "memory f | forget",
                "capability ex | explain export",
                "approvals a | approve",
                "events --fo | --follow",
                "dead-letters red | redeliver",
                "un | unhalt",
                "list --st | --state",
                "list --state P | PENDING PAUSED",
                "stop --gr | --grace",
                "log --f | --follow",
                "run --d | --data --detach",
                "spawn --w | --wait",
                "--json li | list",
                "terminate --r | --reason",
                "zzz | ``"
            })
    void word_isCompleted(String words, String expected) throws IOException, InterruptedException {
        List<String> candidates = completed(words.split(" "));

        assertThat(candidates)
                .containsExactlyInAnyOrderElementsOf(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
    }

    @Test
    void nothing_isCompletedToEveryCommand() throws IOException, InterruptedException {
        List<String> candidates = completed("");

        String help = Invocation.of("--help").out();
        assertThat(candidates).hasSize(27);
        assertThat(candidates).allSatisfy(command -> assertThat(help).containsPattern("(?m)^  " + command + " "));
    }

    @Test
    void hiddenOptions_areNotOffered() throws IOException, InterruptedException {
        assertThat(completed("run", "--de")).containsExactly("--detach");
    }

    @Test
    void socket_isCompletedToFiles() throws IOException, InterruptedException {
        Files.createFile(folder.resolve("here.sock"));

        assertThat(completed("--socket", "he")).containsExactly("here.sock");
    }

    @Test
    void script_isTheSameEachTime_andOnlyAscii() {
        String script = Invocation.of("completion").out();

        assertThat(Invocation.of("completion").out()).isEqualTo(script);
        assertThat(script.lines()
                        .filter(line -> !line.chars().allMatch(c -> c < 128))
                        .collect(Collectors.toList()))
                .isEmpty();
    }
}
