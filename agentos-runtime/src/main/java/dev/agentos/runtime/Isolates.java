package dev.agentos.runtime;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentContext;
import dev.agentos.api.ProcessLimits;
import dev.agentos.api.Registration;
import dev.agentos.api.spi.IsolatedLife;
import dev.agentos.api.spi.IsolationProvider;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxPolicy;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/*
 * An isolated agent is a run agent whose code is somebody who reads what its process asks for and does that through the agent's own
 * context. So nothing here knows of rights, limits or pauses. What is left is the one thing that a thread cannot be trusted with: its
 * process has to end with the agent even if the thread never runs again.
 */
/** Has agents run in processes of their own, and ends those when the agents are terminated. Thread-safe. */
final class Isolates {
    private final Kernel kernel;
    /** What ends the processes that run. */
    private final Map<AgentCell, Runnable> kills = new ConcurrentHashMap<>();

    Isolates(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Runs one instance to the end of its life. By the agent's turn. */
    void run(AgentCell cell, AgentContext context, AgentBody.Code code) {
        Providers.only(IsolationProvider.class).run(new OneLife(cell, context, code));
    }

    /** Ends the process of an agent, if it has one. From any thread; waits for nothing. */
    void kill(AgentCell cell) {
        Runnable kill = kills.get(cell);
        if (kill != null) {
            kill.run();
        }
    }

    /** What the provider is told. */
    private final class OneLife implements IsolatedLife {
        private final AgentCell cell;
        private final AgentContext context;
        private final AgentBody.Code code;

        OneLife(AgentCell cell, AgentContext context, AgentBody.Code code) {
            this.cell = cell;
            this.context = context;
            this.code = code;
        }

        @Override
        public AgentBody.Code code() {
            return code;
        }

        @Override
        public ProcessLimits limits() {
            return cell.spec.processLimits();
        }

        @Override
        public AgentContext context() {
            return context;
        }

        @Override
        public Map<String, Object> params() {
            return cell.spec.params();
        }

        @Override
        public Sandbox sandbox() {
            return kernel.tools.sandboxOf(cell);
        }

        @Override
        public SandboxPolicy policy() {
            return kernel.tools.policyOf(cell);
        }

        @Override
        public JsonProvider json() {
            return kernel.tools.json();
        }

        @Override
        public Registration onTerminate(Runnable kill) {
            kills.put(cell, Objects.requireNonNull(kill, "kill"));
            if (cell.has(LifeCell.FENCED)) { // whoever did that may have looked before
                kill.run();
            }
            return () -> kills.remove(cell, kill);
        }

        @Override
        public void obey() {
            cell.crossing();
        }

        @Override
        public void printed(String text) {
            Context.say(cell, LogLine.of("its process printed: {}", text));
        }
    }
}
