package dev.agentos.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.tool.OnRevoke;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.contract.ToolContract;
import dev.agentos.tools.FakeContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code shell.execute} as the gate calls it, with a sandbox that starts nothing. */
@Timeout(60)
class ShellToolTest implements ToolContract {
    private static final String ANY = "tool:shell.execute call";

    @TempDir
    private Path temp;

    private Path bin;
    private Tool tool;
    private final FakeSandbox sandbox = new FakeSandbox();

    @BeforeEach
    void makePath() throws IOException {
        bin = Files.createDirectory(temp.toRealPath().resolve("bin"));
        for (String name : List.of("uname", "sh", "git")) {
            program(bin.resolve(name));
        }
        tool = new ShellTool(new ProgramPath(List.of(temp.resolve("missing"), bin)));
    }

    @Override
    public Tool tool() {
        return tool;
    }

    @Override
    public JsonObject validArguments() {
        return JsonObject.EMPTY.with("argv", List.of("uname", "-a"));
    }

    @Test
    void describe_resolvesTheProgram_inTheFixedPath() {
        List<Action> actions = describe(Map.of("argv", List.of("uname", "-a")));

        assertThat(actions)
                .containsExactly(Action.of("tool:shell.execute", "call")
                        .with("argv0", bin + "/uname")
                        .with("program", "uname")
                        .with("cwd", "/")
                        .with("args", List.of("-a")));
    }

    @Test
    void describe_givesTheSame_whenTheProgramHasVanishedSince() throws IOException {
        List<Action> before = describe(Map.of("argv", List.of("uname")));
        Files.delete(bin.resolve("uname"));

        assertThat(describe(Map.of("argv", List.of("uname")))).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "tool:shell.execute call; argv0=uname, true",
        "tool:shell.execute call; argv0=BIN/uname, true",
        "tool:shell.execute call; argv0=git, false",
        "tool:shell.execute call; argv0=/usr/bin/env, false",
        "tool:shell.execute shell, false",
    })
    void call_needsAGrant_thatNamesTheProgram(String grant, boolean allowed) throws Exception {
        var context = context(grant.replace("BIN", bin.toString()));
        sandbox.ending(Cause.EXIT, 0, "Linux\n", "");

        if (allowed) {
            assertThat(context.call(tool, Map.of("argv", List.of("uname"))).text())
                    .isEqualTo("Linux\n");
        } else {
            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> context.call(tool, Map.of("argv", List.of("uname"))));
        }
        assertThat(sandbox.started).hasSize(allowed ? 1 : 0);
    }

    @Test
    void call_handsTheCommandToTheSandbox_asDescribed() throws Exception {
        sandbox.ending(Cause.EXIT, 0, "", "");

        context(ANY)
                .call(
                        tool,
                        Map.of(
                                "argv",
                                List.of("git", "log", "--", "a b"),
                                "cwd",
                                temp.toRealPath().toString(),
                                "stdin",
                                "ü",
                                "timeoutSeconds",
                                7,
                                "maxOutput",
                                99,
                                "env",
                                Map.of("TZ", "UTC")));

        var command = sandbox.started.getFirst();
        assertThat(command.argv()).containsExactly(bin + "/git", "log", "--", "a b");
        assertThat(command.directory()).isEqualTo(temp.toRealPath());
        assertThat(command.stdin()).isEqualTo("ü".getBytes(StandardCharsets.UTF_8));
        assertThat(command.limits().wallTime()).hasSeconds(7);
        assertThat(command.limits().maxOutput()).isEqualTo(99);
        assertThat(command.environment())
                .containsOnly(
                        Map.entry("PATH", ProgramPath.FIXED),
                        Map.entry("HOME", temp.toRealPath().toString()),
                        Map.entry("LANG", "C.UTF-8"),
                        Map.entry("TZ", "UTC"));
    }

    @Test
    void shellForm_needsARightOfItsOwn() throws Exception {
        sandbox.ending(Cause.EXIT, 0, "x", "");
        Map<String, String> arguments = Map.of("shell", "ls | wc -l");

        assertThatExceptionOfType(DeniedException.class)
                .isThrownBy(() -> context(ANY).call(tool, arguments));
        assertThat(context("tool:shell.execute shell").call(tool, arguments).text())
                .isEqualTo("x");

        assertThat(sandbox.started.getFirst().argv()).containsExactly(bin + "/sh", "-c", "ls | wc -l");
        assertThat(describe(arguments).getFirst().text("script")).isEqualTo("ls | wc -l");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret:desk/key", "Bearer secret:desk/key"})
    void describe_refusesASecret_amongTheArguments(String word) {
        Map<String, Object> arguments = Map.of("argv", List.of("uname", word));

        assertThatThrownBy(() -> describe(arguments))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seen by every process");
    }

    @Test
    void describe_refuses_whenNeitherOrBothFormsAreGiven() {
        assertRefused(Map.of());
        assertRefused(Map.of("argv", List.of("uname"), "shell", "uname"));
        assertRefused(Map.of("argv", List.of()));
        assertRefused(Map.of("shell", "a\0b"));
        assertRefused(Map.of("argv", List.of("uname", "a\0b")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./uname",
                "bin/uname",
                "../bin/uname",
                "/bin/../bin/sh",
                "/bin//sh",
                "/bin/sh/",
                "/bin/./sh",
                "",
                " uname",
                "uname ",
                "un*",
                "nosuchprogram",
                "~/uname",
                "uname\n",
                "/bin/s\nh",
                "-x",
                "..",
                "."
            })
    void e12_describe_refuses_whenTheProgramIsNoNameInThePathAndNoCanonicalPath(String program) {
        assertRefused(Map.of("argv", List.of(program)));
    }

    @Test
    void e12_program_isTheOneOfTheFixedPath_whenTheFolderToRunInHasOneOfThatName() throws Exception {
        Path workspace = Files.createDirectory(temp.toRealPath().resolve("ws"));
        program(workspace.resolve("uname"));
        sandbox.ending(Cause.EXIT, 0, "", "");

        context(ANY).call(tool, Map.of("argv", List.of("uname"), "cwd", workspace.toString()));

        assertThat(sandbox.started.getFirst().argv()).containsExactly(bin + "/uname");
        assertThat(sandbox.started.getFirst().environment().get("PATH")).doesNotContain(workspace.toString());
    }

    @Test
    void e12_bareGrant_isForTheProgramOfTheFixedPath_notForAnotherFileOfThatName() throws Exception {
        Path twin = program(temp.toRealPath().resolve("uname"));
        var context = context("tool:shell.execute call; argv0=uname");
        sandbox.ending(Cause.EXIT, 0, "", "");

        assertThatExceptionOfType(DeniedException.class)
                .isThrownBy(() -> context.call(tool, Map.of("argv", List.of(twin.toString()))));
        context.call(tool, Map.of("argv", List.of(bin + "/uname")));

        assertThat(sandbox.started).hasSize(1);
        assertThat(sandbox.started.getFirst().argv()).containsExactly(bin + "/uname");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LD_PRELOAD",
                "LD_LIBRARY_PATH",
                "BASH_ENV",
                "ENV",
                "GIT_SSH_COMMAND",
                "GIT_DIR",
                "JAVA_TOOL_OPTIONS",
                "NODE_OPTIONS",
                "PYTHONPATH",
                "PATH",
                "HOME",
                "IFS",
                "LC_",
                "lang",
                "LANG=x",
                "",
                "PS4",
                "TERMINFO",
                "A\nB"
            })
    void e11_describe_refuses_whenAVariableIsNotOnTheList(String name) {
        assertRefused(Map.of("argv", List.of("uname"), "env", Map.of(name, "x")));
    }

    @ParameterizedTest
    @CsvSource({
        "LANGUAGE, ../../../tmp/catalogues",
        "LC_ALL, ../../../tmp/locale",
        "LANG, /tmp/locale",
        "TZ, :/etc/shadow",
        "TZ, /etc/shadow",
        "TZ, ../../../etc/shadow",
        "TERM, ../../tmp/x",
        "LANG, 'de\u001B]0;x'",
    })
    void e11_describe_refuses_whenAValueNamesAFile(String name, String value) {
        assertRefused(Map.of("argv", List.of("uname"), "env", Map.of(name, value)));
    }

    @Test
    void e11_environment_takesTheWordsOfLanguageAndTime() throws Exception {
        Map<String, String> words = Map.of(
                "LANG",
                "de_DE.UTF-8@euro",
                "LANGUAGE",
                "de:en",
                "TZ",
                "America/Port-au-Prince",
                "TERM",
                "xterm+256color");
        sandbox.ending(Cause.EXIT, 0, "", "");

        context(ANY).call(tool, Map.of("argv", List.of("uname"), "env", words));

        assertThat(sandbox.started.getFirst().environment()).containsAllEntriesOf(words);
    }

    @Test
    void e10_environment_holdsNothingOfTheHosts() throws Exception {
        sandbox.ending(Cause.EXIT, 0, "", "");

        context(ANY).call(tool, Map.of("argv", List.of("uname")));

        assertThat(sandbox.started.getFirst().environment()).containsOnlyKeys("PATH", "HOME", "LANG");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "/a/../b", "/a/", "//a", "/a/./b", "/a\nb", ""})
    void describe_refuses_whenTheFolderIsNotCanonical(String folder) {
        assertRefused(Map.of("argv", List.of("uname"), "cwd", folder));
    }

    @Test
    void call_fails_whenTheFolderDoesNotExist() throws Exception {
        ToolResult result = context(ANY).call(tool, Map.of("argv", List.of("uname"), "cwd", "/no/such/folder"));

        assertThat(result).isInstanceOf(ToolResult.Failed.class);
        assertThat(sandbox.started).isEmpty();
    }

    @Test
    void call_isRefused_whenTheProgramLiesWhereTheCallerMayWrite() throws Exception {
        Path script = program(temp.toRealPath().resolve("run.sh"));
        Path link = Files.createSymbolicLink(bin.resolve("tool"), script);
        String mayWrite = "file:" + temp.toRealPath() + "/run.sh read,write; bytes<=1";

        for (String program : List.of(script.toString(), link.toString(), "tool")) {
            ToolResult result = context(ANY, mayWrite).call(tool, Map.of("argv", List.of(program)));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            ToolResult.Failed.class,
                            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.DENIED));
        }
        assertThat(sandbox.started).isEmpty();
    }

    @Test
    void call_isAllowed_whenTheCallerMayOnlyReadTheProgram() throws Exception {
        Path script = program(temp.toRealPath().resolve("run.sh"));
        sandbox.ending(Cause.EXIT, 0, "ran", "");

        ToolResult result = context(ANY, "file:" + temp.toRealPath() + "/** read")
                .call(tool, Map.of("argv", List.of(script.toString())));

        assertThat(result.text()).isEqualTo("ran");
    }

    @Test
    void result_showsBothOutputsAndTheCode_whenTheProgramExits() throws Exception {
        sandbox.ending(Cause.EXIT, 3, "out", "err");

        var result = (ToolResult.Ok) context(ANY).call(tool, Map.of("argv", List.of("uname")));

        assertThat(result.text()).isEqualTo("out\nerr\n[exit code 3]");
        assertThat(result.value().at("exitCode").number().intValueExact()).isEqualTo(3);
        assertThat(result.value().at("stdout").text()).isEqualTo("out");
        assertThat(result.value().at("stderr").text()).isEqualTo("err");
        assertThat(result.value().at("cause").text()).isEqualTo("exit");
        assertThat(result.value().at("confinement").text()).isEqualTo("NONE");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EXIT")
    void result_tellsCausesApart_andKeepsTheOutput(Cause cause) throws Exception {
        sandbox.ending(cause, 137, "so far", "");

        var result = (ToolResult.Failed) context(ANY).call(tool, Map.of("argv", List.of("uname")));

        assertThat(result.text()).contains("so far");
        assertThat(texts()).doesNotHaveDuplicates();
        assertThat(result.code() == ErrorCode.TOOL_TIMEOUT)
                .isEqualTo(cause == Cause.WALL_TIME || cause == Cause.CANCELLED);
        assertThat(result.code() == ErrorCode.DENIED).isEqualTo(cause == Cause.REVOKED);
    }

    private List<String> texts() throws Exception {
        var texts = new ArrayList<String>();
        for (Cause cause : Cause.values()) {
            var other = new FakeSandbox().ending(cause, 137, "", "");
            texts.add(FakeContext.granting(other, ANY)
                    .call(tool, Map.of("argv", List.of("uname")))
                    .text());
        }
        return texts;
    }

    @Test
    void result_saysWhatWasDeniedAndUsed_whenTheSandboxTells() throws Exception {
        var denied = new SandboxResult.Violation("socket", "AF_INET", 77, "curl");
        var used = new SandboxResult.Usage(Duration.ofMillis(34), 5_678);
        SandboxResult plain = FakeSandbox.result(Cause.EXIT, 7, "no route", "");
        sandbox.end.complete(new SandboxResult(
                plain.cause(),
                plain.exitCode(),
                plain.stdout(),
                plain.stderr(),
                plain.wallTime(),
                used,
                List.of(denied, denied),
                plain.confinement(),
                new SandboxResult.Traffic(List.of(new SandboxResult.Peer("h.example:443", 2, 10, 30)), 4)));

        var result = (ToolResult.Ok) context(ANY).call(tool, Map.of("argv", List.of("uname")));

        assertThat(result.text()).isEqualTo("no route\n[denied by the sandbox: socket AF_INET by curl]\n[exit code 7]");
        assertThat(result.value().at("violations").asArray().elements())
                .hasSize(2)
                .first()
                .isEqualTo(JsonObject.builder()
                        .put("call", "socket")
                        .put("detail", "AF_INET")
                        .put("process", 77)
                        .put("program", "curl")
                        .build());
        assertThat(result.value().at("peers").asArray().elements())
                .containsExactly(JsonObject.builder()
                        .put("name", "h.example:443")
                        .put("connections", 2)
                        .put("sentBytes", 10)
                        .put("receivedBytes", 30)
                        .build());
        assertThat(result.value().at("refusedConnections").number().intValueExact())
                .isEqualTo(4);
        assertThat(result.value().at("cpuMillis").number().intValueExact()).isEqualTo(34);
        assertThat(result.value().at("peakMemoryBytes").number().intValueExact())
                .isEqualTo(5_678);
    }

    @Test
    void call_isCancelled_whenAGrantBehindItIsRevoked() {
        assertThat(tool.spec().onRevoke()).isEqualTo(OnRevoke.CANCEL);
    }

    @Test
    void result_saysThatNothingRan_whenTheSandboxRefuses() throws Exception {
        sandbox.refuses = true;

        var result = (ToolResult.Failed) context(ANY).call(tool, Map.of("argv", List.of("uname")));

        assertThat(result.code()).isEqualTo(ErrorCode.SANDBOX);
        assertThat(result.text()).startsWith("not started: ");
    }

    @Test
    void cancel_killsTheProgram_andTheCallSaysSo() throws Exception {
        var context = context(ANY);
        var result = new AtomicReference<ToolResult>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                result.set(context.call(tool, Map.of("argv", List.of("uname"))));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        while (context.cancels().isEmpty()) {
            Thread.onSpinWait();
        }

        context.cancels().getFirst().run();
        caller.join();

        assertThat(sandbox.kills).containsExactly(Cause.CANCELLED);
        assertThat(result.get().text()).contains("was cancelled", "partial");
        assertThat(context.cancels()).as("the hook is taken back").isEmpty();
    }

    @Test
    void interrupt_killsTheProgram_andLeavesOnlyWhenItHasEnded() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> context(ANY).call(tool, Map.of("argv", List.of("uname"))));

        assertThat(sandbox.kills).containsExactly(Cause.CANCELLED);
        assertThat(sandbox.end).isDone();
    }

    private static Path program(Path file) throws IOException {
        Files.writeString(file, "#!/bin/sh\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private FakeContext context(String... capabilities) {
        return FakeContext.granting(sandbox, capabilities);
    }

    private List<Action> describe(Map<String, ?> arguments) {
        return tool.describe(FakeContext.call("shell.execute", arguments));
    }

    private void assertRefused(Map<String, ?> arguments) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> describe(arguments));
    }
}
