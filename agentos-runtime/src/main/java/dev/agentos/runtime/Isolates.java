package dev.agentos.runtime;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ProcessLimits;
import dev.agentos.api.Registration;
import dev.agentos.api.error.IsolatedAgentException;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.error.ProviderSelectionException;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.IsolatedLife;
import dev.agentos.api.spi.IsolationProvider;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/*
 * An isolated agent is a run agent whose code is somebody who reads what its process asks for and does that through the agent's own
 * context. So nothing here knows of rights, limits or pauses. What is left is what a thread cannot be trusted with: its process has to end
 * with the agent even if the thread never runs again, and the agent has to end with its process even if the thread is held.
 */
/** Has agents run in processes of their own, no more at a time than the machine bears, and each as long as the other. Thread-safe. */
final class Isolates {
    private final Kernel kernel;
    /** How many may live at a time; null for what the provider finds reasonable. */
    private final @Nullable Integer most;

    /** What ends the processes that run. */
    private final Map<AgentCell, Runnable> kills = new ConcurrentHashMap<>();
    /** Those that live, whether a process of theirs runs now or not. Guarded by itself. */
    private final Set<AgentCell> living = new HashSet<>();

    private volatile @Nullable IsolationProvider provider;

    Isolates(Kernel kernel, @Nullable Integer most) {
        this.kernel = kernel;
        this.most = most;
    }

    // ---- who may come into the world

    /**
     * Checks that what runs isolated agents is there, if a spec or one of its children is of that kind.
     *
     * @throws ProviderSelectionException if not, which says what to add
     */
    void require(AgentSpec spec) {
        if (spec.body() instanceof AgentBody.Code) {
            provider(spec.name());
        }
        spec.children().forEach(this::require);
    }

    private IsolationProvider provider(String agent) {
        IsolationProvider known = provider;
        if (known != null) {
            return known;
        }
        List<IsolationProvider> found = Providers.all(IsolationProvider.class);
        if (found.isEmpty()) {
            throw new ProviderSelectionException(
                    IsolationProvider.class.getSimpleName(),
                    "(any)",
                    List.of(),
                    "; agent '" + agent + "' runs in a process of its own, which takes dev.agentos:agentos-isolated");
        }
        IsolationProvider only = Providers.only(IsolationProvider.class); // or the error that lists them
        provider = only;
        return only;
    }

    /**
     * Gives an agent a place among those that live, if it is isolated.
     *
     * @throws IsolatedAgentException if there is none
     */
    void admit(AgentCell cell) {
        if (!(cell.spec.body() instanceof AgentBody.Code)) {
            return;
        }
        int bound = most != null ? most : provider(cell.spec.name()).mostAtOnce();
        synchronized (living) {
            if (living.size() >= bound) {
                throw new IsolatedAgentException(
                        Reason.TOO_MANY,
                        "there is no room for the process of '" + cell.id.address() + "': " + bound
                                + " isolated agents live, as many as this runtime may have at a time; see"
                                + " isolatedAgents(…) of its builder");
            }
            living.add(cell);
        }
    }

    /** An agent has ended, or was never born. */
    void ended(AgentCell cell) {
        if (cell.spec.body() instanceof AgentBody.Code) {
            synchronized (living) {
                living.remove(cell);
            }
        }
    }

    // ---- its life

    /** Runs one instance to the end of its life. By the agent's turn. */
    void run(AgentCell cell, AgentContext context, AgentBody.Code code) {
        var life = new OneLife(cell, context, code);
        try {
            provider(cell.spec.name()).run(life);
        } finally {
            life.over();
        }
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
        /** Whether it has ended, so that nobody gives up what a later instance does. Guarded by this. */
        private boolean over;

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
        public void reactive() {
            if (cell.durable != null) {
                cell.durable.begin("start");
            }
            kernel.turnTime.inProcess(cell, true);
        }

        @Override
        public Message nextTurn(boolean finished) {
            kernel.turnTime.inProcess(cell, false);
            if (!finished) {
                Life.putBack(cell);
            }
            try {
                return Receiving.next(cell, null).orElseThrow();
            } finally {
                // A turn begins also when it is stopped, and its code is to end in order.
                if (cell.durable != null && cell.durable.buffer() == null && cell.has(LifeCell.STOP)) {
                    cell.durable.begin("stop");
                }
                kernel.turnTime.inProcess(cell, true);
            }
        }

        @Override
        public synchronized void processEnded() {
            if (!over) {
                cell.raise(LifeCell.GONE);
                cell.look();
            }
        }

        private void over() {
            kernel.turnTime.inProcess(cell, false);
            synchronized (this) {
                over = true;
                cell.lower(LifeCell.GONE);
            }
            kernel.pauses.processEnded(cell);
        }

        @Override
        public void obey() {
            cell.obeyEnd();
        }

        @Override
        public void printed(String text) {
            Context.say(cell, LogLine.of("its process printed: {}", text));
        }
    }
}
