package dev.agentos.examples.untrusted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.ToolResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class UntrustedCodeTest {
    private static final Attempt ATTEMPT = new Attempt("steal", "shell.execute", JsonObject.EMPTY, "a wall");

    @Test
    @EnabledOnOs(OS.LINUX)
    void main_printsWhatStoppedEachAttempt_andNothingDidHarm() throws IOException {
        String report = output();
        assumeFalse(report.contains("this machine lacks"), "needs a kernel with Landlock and seccomp");

        assertThat(report)
                .contains("33 attempts, 33 stopped, 0 did harm")
                .doesNotContain("HARM", "the secret of the host");
        assertThat(report)
                .contains("denied; it takes net:http://127.0.0.1:", "the gate: no grant")
                .containsPattern("steal +cat: .*/secret: Permission denied\n +by: the kernel's Landlock")
                .containsPattern("phone-home +.*Operation not permitted\n +by: the kernel's seccomp")
                .containsPattern("stop-the-host +.*Operation not permitted")
                .containsPattern("loop +the program ran longer than PT5S")
                .containsPattern("fill-disk +the program wrote too large a file")
                .containsPattern("java: read a file +java.nio.file.AccessDeniedException: .*/secret")
                .containsPattern("java: eat memory +the process of the agent found no more memory")
                .containsPattern("java: compute for ever +the process of the agent used up its CPU time")
                .containsPattern("java: forge a grant +.*a grant that it was not given: 1")
                .containsPattern("seen by the host +no process is left\n");
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("untrusted-code"));
        }
    }

    @Test
    void outcome_isHarm_whenTheScriptSaysThatItIsDone() {
        var done = Outcome.of(ATTEMPT, new ToolResult.Ok("loot\ndone\n", JsonNull.NULL, Confinement.NONE));

        assertThat(done.stopped()).isFalse();
        assertThat(done.line()).startsWith("HARM");
    }

    @Test
    void outcome_namesTheGate_whenTheGateDenied() {
        var denied = Outcome.of(
                ATTEMPT,
                new ToolResult.Denied("no grant", Action.of("tool:shell.execute", "call"), "tool:shell.execute call"));

        assertThat(denied.stopped()).isTrue();
        assertThat(denied.guard()).contains("gate");
    }

    @Test
    void outcome_saysWhatTheProgramWasTold_inOneLine() {
        var failed = Outcome.of(
                ATTEMPT,
                new ToolResult.Failed(
                        "the program wrote far more than is kept; its output:\n" + "y\n".repeat(999),
                        ErrorCode.TOOL_FAILED));

        assertThat(failed.evidence()).isEqualTo("the program wrote far more than is kept");
        assertThat(failed.guard()).isEqualTo("a wall");
    }

    private static String output() throws IOException {
        var bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            UntrustedCode.main();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
