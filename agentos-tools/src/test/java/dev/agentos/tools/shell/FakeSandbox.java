package dev.agentos.tools.shell;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.CapturedOutput;
import dev.agentos.api.spi.SandboxResult.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Starts nothing: remembers what it should have started, and ends it as the test says. */
final class FakeSandbox implements Sandbox {
    final List<SandboxCommand> started = new ArrayList<>();
    final List<Cause> kills = new ArrayList<>();
    final CompletableFuture<SandboxResult> end = new CompletableFuture<>();
    boolean refuses;

    static SandboxResult result(Cause cause, int exitCode, String out, String err) {
        return new SandboxResult(
                cause,
                exitCode,
                new CapturedOutput(out, out.length()),
                new CapturedOutput(err, err.length()),
                Duration.ofMillis(12),
                Confinement.NONE);
    }

    FakeSandbox ending(Cause cause, int exitCode, String out, String err) {
        end.complete(result(cause, exitCode, out, err));
        return this;
    }

    @Override
    public Confinement probe() {
        return Confinement.NONE;
    }

    @Override
    public Running start(SandboxPolicy policy, SandboxCommand command) {
        if (refuses) {
            throw new SandboxException("level PROCESS_SANDBOX is missing here", null);
        }
        started.add(command);
        return new Running() {
            @Override
            public long pid() {
                return 1;
            }

            @Override
            public void kill(Cause cause) {
                kills.add(cause);
                end.complete(result(cause, 137, "partial", ""));
            }

            @Override
            public CompletionStage<SandboxResult> onEnd() {
                return end;
            }
        };
    }

    @Override
    public void close() {}
}
