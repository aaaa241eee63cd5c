package dev.agentos.isolated;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.isolated.wire.Frames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A sandbox whose one process is a thread of the test: it says what a script says, through pipes of the system. */
public final class ScriptedProcess implements Sandbox, Sandbox.Running {
    private static final JsonProvider JSON = Providers.json();

    private final Script script;
    private final Pipe toProcess;
    private final Pipe fromProcess;
    private final CompletableFuture<SandboxResult> end = new CompletableFuture<>();

    /** What the process does; when it returns, the process exits with 0. */
    @FunctionalInterface
    public interface Script {
        void run(Speaker speaker) throws Exception;
    }

    /** The process's side of the connection. */
    public record Speaker(InputStream in, OutputStream out) {
        /** Asks, and returns the answer; null if there is none any more. */
        public @Nullable JsonObject ask(JsonObject frame) throws IOException {
            raw(Frames.bytes(frame));
            return read();
        }

        public void raw(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        public @Nullable JsonObject read() throws IOException {
            return Frames.read(in, Frames.MOST_FROM_HOST, JSON);
        }
    }

    public ScriptedProcess(Script script) {
        this.script = script;
        try {
            this.toProcess = Pipe.open();
            this.fromProcess = Pipe.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Confinement probe() {
        return new Confinement(SandboxLevel.PROCESS_SANDBOX, List.of());
    }

    @Override
    public Running start(SandboxPolicy policy, SandboxCommand command) {
        Thread.ofPlatform().daemon().name("scripted-process").start(this::runScript);
        return this;
    }

    private void runScript() {
        try (var in = Channels.newInputStream(toProcess.source());
                var out = Channels.newOutputStream(fromProcess.sink())) {
            script.run(new Speaker(in, out));
        } catch (Exception killed) {
            // Its streams are gone, or the script has had enough.
        }
        ended(Cause.EXIT, 0);
    }

    private void ended(Cause cause, int code) {
        var nothing = new SandboxResult.CapturedOutput("", 0);
        end.complete(new SandboxResult(
                cause, code, nothing, nothing, Duration.ZERO, SandboxResult.Usage.UNKNOWN, List.of(), probe()));
    }

    @Override
    public void close() {
        kill(Cause.CANCELLED);
    }

    @Override
    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Override
    public OutputStream stdin() {
        return Channels.newOutputStream(toProcess.sink());
    }

    @Override
    public InputStream stdout() {
        return Channels.newInputStream(fromProcess.source());
    }

    /** Ends it: its streams are closed, and what it did is over. */
    @Override
    public void kill(Cause cause) {
        ended(cause, 137);
        try {
            toProcess.sink().close();
            toProcess.source().close();
            fromProcess.sink().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletionStage<SandboxResult> onEnd() {
        return end;
    }
}
