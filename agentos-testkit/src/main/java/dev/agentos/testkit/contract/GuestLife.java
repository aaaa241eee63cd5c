package dev.agentos.testkit.contract;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentId;
import dev.agentos.api.ProcessLimits;
import dev.agentos.api.Registration;
import dev.agentos.api.Start;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.IsolatedLife;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxPolicy;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The life of an agent as {@link IsolationContract} has it: no runtime, a few calls, and notes of all that is asked of it. */
final class GuestLife implements IsolatedLife {
    static final SandboxPolicy POLICY = new SandboxPolicy(PrincipalId.HOST, List.of());

    private static final Address SELF = Address.of("guest");
    /** In the mail of the agent: it is to end. */
    private static final Object STOP = "stop";

    final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    final List<Thread> callers = new CopyOnWriteArrayList<>();
    final List<String> printed = new CopyOnWriteArrayList<>();
    final List<SandboxPolicy> policies = new CopyOnWriteArrayList<>();
    final List<Sandbox.Running> started = new CopyOnWriteArrayList<>();
    final AtomicInteger ends = new AtomicInteger();
    final AtomicInteger reactives = new AtomicInteger();
    /** What was thrown at the agent by a call. */
    final DeniedException denied = new DeniedException(Action.of("agent:host", "send"), "not today", "agent:host send");

    private final AgentBody.Code code;
    private final Sandbox sandbox;
    private final JsonProvider json;
    private final boolean confines;
    private final BlockingQueue<Object> mail = new LinkedBlockingQueue<>();
    private final AtomicInteger messages = new AtomicInteger();
    private volatile boolean denies;
    private volatile boolean terminated;
    private volatile @Nullable Object result;
    private volatile @Nullable Runnable kill;

    GuestLife(AgentBody.Code code, Sandbox sandbox, JsonProvider json, boolean confines) {
        this.code = code;
        this.sandbox = sandbox;
        this.json = json;
        this.confines = confines;
    }

    // ---- what the test does

    GuestLife denying() {
        denies = true;
        return this;
    }

    void deliver(Object payload) {
        mail.add(message(payload));
    }

    void stop() {
        mail.add(STOP);
    }

    void terminate() {
        terminated = true;
        Runnable ends = kill;
        if (ends != null) {
            ends.run();
        }
    }

    boolean mayBeKilled() {
        return kill != null;
    }

    @Nullable
    Object result() {
        return result;
    }

    private Message message(Object payload) {
        long id = messages.incrementAndGet();
        String type = payload.getClass().getName();
        return new Message(id, Address.of("host"), SELF, type, payload, id, id, Instant.EPOCH, Map.of());
    }

    // ---- what the provider sees

    @Override
    public AgentBody.Code code() {
        return code;
    }

    @Override
    public ProcessLimits limits() {
        return ProcessLimits.DEFAULT;
    }

    @Override
    public Map<String, Object> params() {
        return Map.of("symbol", "AAPL");
    }

    @Override
    public SandboxPolicy policy() {
        return POLICY;
    }

    @Override
    public JsonProvider json() {
        return json;
    }

    @Override
    public Registration onTerminate(Runnable ends) {
        kill = Objects.requireNonNull(ends, "kill");
        return () -> kill = null;
    }

    @Override
    public void reactive() {
        callers.add(Thread.currentThread());
        reactives.incrementAndGet();
    }

    @Override
    public Message nextTurn(boolean finished) {
        callers.add(Thread.currentThread());
        return receive();
    }

    @Override
    public void processEnded() {
        ends.incrementAndGet();
        mail.add(STOP);
    }

    @Override
    public void obey() {
        if (terminated) {
            throw new AgentStopped("the guest was terminated");
        }
    }

    @Override
    public void printed(String text) {
        printed.add(text);
    }

    @Override
    public Sandbox sandbox() {
        return new Sandbox() {
            @Override
            public Confinement probe() {
                return confines ? sandbox.probe() : new Confinement(SandboxLevel.NONE, List.of());
            }

            @Override
            public Running start(SandboxPolicy policy, SandboxCommand command) {
                policies.add(policy);
                Running running = sandbox.start(policy, command);
                started.add(running);
                return running;
            }

            @Override
            public void close() {
                throw new IllegalStateException("the sandbox is the runtime's");
            }
        };
    }

    @Override
    public AgentContext context() {
        return (AgentContext) Proxy.newProxyInstance(
                AgentContext.class.getClassLoader(), new Class<?>[] {AgentContext.class}, this::call);
    }

    private @Nullable Object call(Object proxy, Method method, Object @Nullable [] arguments) {
        callers.add(Thread.currentThread());
        Object[] given = arguments == null ? new Object[0] : arguments;
        return switch (method.getName()) {
            case "id" -> AgentId.parse("guest#1");
            case "start" -> Start.FIRST;
            case "toString" -> "the context of a guest";
            case "receive" -> receive();
            case "send" -> send(given[1]);
            case "result" -> {
                result = given[0];
                yield null;
            }
            default -> throw new UnsupportedOperationException("no guest calls " + method.getName());
        };
    }

    private @Nullable Object send(Object payload) {
        if (denies) {
            throw denied;
        }
        told.add(payload);
        return null;
    }

    private Message receive() {
        try {
            if (mail.take() instanceof Message message) {
                return message;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it waited", e);
        }
        mail.add(STOP); // whoever asks again is told again
        throw new AgentStopped("the guest is to end");
    }
}
