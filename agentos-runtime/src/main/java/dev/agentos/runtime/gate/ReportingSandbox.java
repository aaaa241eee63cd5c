package dev.agentos.runtime.gate;

import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Violation;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The sandbox as one call of a tool sees it: what its processes were denied is told before the tool gets their result, whether it looks
 * at that or not. Thread-safe.
 *
 * @param told given the denied calls of a process, at least one
 */
record ReportingSandbox(Sandbox sandbox, Consumer<List<Violation>> told) implements Sandbox {
    @Override
    public Confinement probe() {
        return sandbox.probe();
    }

    @Override
    public List<SandboxFeature> features() {
        return sandbox.features();
    }

    @Override
    public SandboxPlan prepare(SandboxPolicy policy) {
        return sandbox.prepare(policy);
    }

    @Override
    public Running start(SandboxPolicy policy, SandboxCommand command) {
        Running running = sandbox.start(policy, command);
        return new Reporting(running, running.onEnd().thenApply(this::reported));
    }

    private SandboxResult reported(SandboxResult result) {
        if (!result.violations().isEmpty()) {
            told.accept(result.violations());
        }
        return result;
    }

    /** Does nothing: it is the runtime's, and other calls use it. */
    @Override
    public void close() {}

    private record Reporting(Running running, CompletionStage<SandboxResult> onEnd) implements Running {
        @Override
        public long pid() {
            return running.pid();
        }

        @Override
        public SandboxPlan plan() {
            return running.plan();
        }

        @Override
        public OutputStream stdin() {
            return running.stdin();
        }

        @Override
        public InputStream stdout() {
            return running.stdout();
        }

        @Override
        public void kill(SandboxResult.Cause cause) {
            running.kill(cause);
        }
    }
}
