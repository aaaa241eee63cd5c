package dev.agentos.tools.shell;

import dev.agentos.api.Registration;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.SandboxException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.SandboxResult.Traffic;
import dev.agentos.api.spi.SandboxResult.Violation;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.OnRevoke;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.tools.input.Arguments;
import dev.agentos.tools.input.InputSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * {@code shell.execute}: runs one program, or a script under a right of its own.
 *
 * <p>It starts nothing itself: the sandbox does, under the policy that the gate derived from the caller's grants, and it
 * ends whatever the program started.
 */
public final class ShellTool implements Tool {
    static final String NAME = "shell.execute";

    private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);
    /** How many denied calls are named in the text; the value has all of them. */
    private static final int MAX_TOLD = 8;

    private static final ToolSpec SPEC = new ToolSpec(
            NAME,
            "1",
            "Runs a program and returns its output. argv needs the right tool:shell.execute call, best narrowed with "
                    + "argv0=<program>; shell needs tool:shell.execute shell.",
            new InputSchema()
                    .texts("argv", "Program and arguments. A name is looked up in a fixed PATH; a path is absolute.")
                    .text("shell", "Script for /bin/sh, in place of argv.")
                    .text("cwd", "Folder to run in, / unless given.")
                    .map("env", "Environment, only LANG, LC_*, TZ, TERM and the like.")
                    .text("stdin", "What the program reads, as UTF-8.")
                    .number("timeoutSeconds", "How long it may run, 30 unless given.", 1, ShellCommand.MAX_SECONDS)
                    .number(
                            "maxOutput",
                            "Bytes kept of each output, half from its start and half from its end; 64 KiB unless"
                                    + " given.",
                            1,
                            ShellCommand.MAX_OUTPUT)
                    .build(),
            Effect.EFFECT,
            Set.of("argv0", "program", "args", "script", "cwd"),
            Duration.ofSeconds(ShellCommand.MAX_SECONDS + 20L),
            OnRevoke.CANCEL,
            false);

    private final ProgramPath programs;

    ShellTool(ProgramPath programs) {
        this.programs = programs;
    }

    /** {@return the tool, with the fixed PATH} */
    public static Tool open() {
        return new ShellTool(new ProgramPath());
    }

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public List<Action> describe(ToolCall call) {
        return List.of(command(call).action());
    }

    @Override
    public boolean isCallableWith(Capability capability) {
        return Tool.super.isCallableWith(capability)
                || Capability.of(capability.resource(), capability.verbs().toArray(String[]::new))
                        .covers(Action.of("tool:" + SPEC.name(), "shell"));
    }

    private ShellCommand command(ToolCall call) {
        return ShellCommand.of(new Arguments(call.arguments()), programs);
    }

    @Override
    public ToolResult invoke(ToolCall call, ToolContext context) throws InterruptedException {
        ShellCommand command = command(call);
        Path program = Path.of(command.argv().getFirst());
        if (isWritable(program, context.sandboxPolicy())) {
            return new ToolResult.Failed(
                    "the program lies where the caller may write, so no right to it means anything", ErrorCode.DENIED);
        }
        if (!Files.isDirectory(command.directory())) {
            return new ToolResult.Failed("the folder to run in does not exist", ErrorCode.TOOL_FAILED);
        }
        var toStart = new SandboxCommand(
                command.argv(),
                command.directory(),
                command.environment(),
                command.stdin().getBytes(StandardCharsets.UTF_8),
                command.time(),
                command.maxOutput());
        try {
            Sandbox.Running running = context.sandbox().start(context.sandboxPolicy(), toStart);
            try (Registration _ = context.onCancel(() -> running.kill(Cause.CANCELLED))) {
                return result(await(running), command);
            }
        } catch (SandboxException e) {
            return new ToolResult.Failed("not started: " + e.getMessage(), e.code());
        }
    }

    /**
     * A right to run {@code /ws/build.sh} for an agent that may write {@code /ws/**} would be a right to run anything.
     * Asked for the path as written and for the file that it leads to.
     */
    private static boolean isWritable(Path program, SandboxPolicy policy) {
        return mayWrite(program, policy)
                || realPath(program).filter(real -> mayWrite(real, policy)).isPresent();
    }

    private static Optional<Path> realPath(Path program) {
        try {
            return Optional.of(program.toRealPath());
        } catch (IOException e) {
            return Optional.empty(); // no such file: the sandbox will say so
        }
    }

    private static boolean mayWrite(Path program, SandboxPolicy policy) {
        return policy.grants().stream()
                .map(grant -> grant.capability())
                .filter(capability -> capability.type().equals("file"))
                .anyMatch(capability -> coversWrite(capability, program));
    }

    private static boolean coversWrite(Capability capability, Path program) {
        // By the pattern alone: a limit on bytes or mode does not make a writable file trustworthy.
        return capability.verbs().contains("write")
                && Capability.of(capability.resource(), "write").covers(Action.of("file:" + program, "write"));
    }

    /** Waits for the end; when interrupted, ends the program first and then waits for that, within bounds. */
    private static SandboxResult await(Sandbox.Running running) throws InterruptedException {
        CompletableFuture<SandboxResult> end = running.onEnd().toCompletableFuture();
        try {
            return end.get();
        } catch (InterruptedException e) {
            running.kill(Cause.CANCELLED);
            awaitKill(end);
            throw e;
        } catch (ExecutionException e) {
            throw new SandboxException("the sandbox lost the process: " + e.getCause(), e);
        }
    }

    private static void awaitKill(CompletableFuture<SandboxResult> end) throws InterruptedException {
        try {
            end.get(KILL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new SandboxException("the process did not end within " + KILL_PATIENCE, e);
        }
    }

    private static ToolResult result(SandboxResult result, ShellCommand command) {
        String output = noting(output(result), result.violations());
        return switch (result.cause()) {
            case EXIT ->
                new ToolResult.Ok(
                        result.exitCode() == 0 ? output : onLine(output, "[exit code " + result.exitCode() + "]"),
                        json(result),
                        result.confinement());
            case WALL_TIME -> failed("ran longer than " + command.time(), output, ErrorCode.TOOL_TIMEOUT);
            case CPU_TIME -> failed("used up its CPU time", output, ErrorCode.TOOL_FAILED);
            case MEMORY -> failed("used too much memory", output, ErrorCode.TOOL_FAILED);
            case OUTPUT -> failed("wrote far more than is kept", output, ErrorCode.TOOL_FAILED);
            case FILE_SIZE -> failed("wrote too large a file", output, ErrorCode.TOOL_FAILED);
            case DISK -> failed("wrote too much to the disk", output, ErrorCode.TOOL_FAILED);
            case PROCESSES -> failed("started too many processes", output, ErrorCode.TOOL_FAILED);
            case CANCELLED -> failed("was cancelled", output, ErrorCode.TOOL_TIMEOUT);
            case REVOKED -> failed("was ended because a right behind it was revoked", output, ErrorCode.DENIED);
            case SIGNAL -> failed("was ended by signal " + (result.exitCode() - 128), output, ErrorCode.TOOL_FAILED);
        };
    }

    private static ToolResult.Failed failed(String what, String output, ErrorCode code) {
        return new ToolResult.Failed(
                "the program " + what + (output.isEmpty() ? "" : "; its output:\n" + output), code);
    }

    private static String output(SandboxResult result) {
        String errors = result.stderr().text();
        return errors.isEmpty()
                ? result.stdout().text()
                : onLine(result.stdout().text(), errors);
    }

    /** A program seldom says that a call of its was denied: whoever reads what it wrote would look for another cause. */
    private static String noting(String output, List<Violation> violations) {
        return violations.isEmpty()
                ? output
                : onLine(
                        output,
                        violations.stream()
                                .map(each -> each.call() + (each.detail().isEmpty() ? "" : " " + each.detail()) + " by "
                                        + each.program())
                                .distinct()
                                .limit(MAX_TOLD)
                                .collect(Collectors.joining(", ", "[denied by the sandbox: ", "]")));
    }

    /** Puts what follows on a line of its own. */
    private static String onLine(String text, String next) {
        return text.isEmpty() || text.endsWith("\n") ? text + next : text + "\n" + next;
    }

    private static JsonObject json(Violation violation) {
        return JsonObject.builder()
                .put("call", violation.call())
                .put("detail", violation.detail())
                .put("process", violation.process())
                .put("program", violation.program())
                .build();
    }

    private static JsonObject json(SandboxResult.Peer peer) {
        return JsonObject.builder()
                .put("name", peer.name())
                .put("connections", peer.connections())
                .put("sentBytes", peer.sentBytes())
                .put("receivedBytes", peer.receivedBytes())
                .build();
    }

    private static JsonObject json(SandboxResult result) {
        var value = JsonObject.builder()
                .put("cause", result.cause().name().toLowerCase(Locale.ROOT))
                .put("exitCode", result.exitCode())
                .put("stdout", result.stdout().text())
                .put("stderr", result.stderr().text())
                .put("stdoutBytes", result.stdout().total())
                .put("stderrBytes", result.stderr().total())
                .put("wallMillis", result.wallTime().toMillis())
                .put("cpuMillis", result.usage().cpuTime().toMillis())
                .put("peakMemoryBytes", result.usage().peakMemoryBytes())
                .put("confinement", result.confinement().toString())
                .put(
                        "violations",
                        result.violations().stream().map(ShellTool::json).toList());
        if (!result.traffic().equals(Traffic.NONE)) {
            value.put(
                            "peers",
                            result.traffic().peers().stream()
                                    .map(ShellTool::json)
                                    .toList())
                    .put("refusedConnections", result.traffic().refused());
        }
        return value.build();
    }
}
