package dev.agentos.runtime.gate;

import dev.agentos.api.error.HaltedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Revocation;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.api.tool.Tools;
import dev.agentos.runtime.secret.Secrets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tools of one runtime, and the calls of them that are in flight. Thread-safe; the kernel closes it. */
public final class Toolbox {
    private static final Logger log = LoggerFactory.getLogger(Toolbox.class);
    private static final int SALT_BYTES = 16;

    private final Map<String, RegisteredTool> tools;
    private final Surroundings around;
    private final Deadlines deadlines = new Deadlines(System::nanoTime);
    private final byte[] salt = new byte[SALT_BYTES];
    private final String keyPrefix;
    private final AtomicLong keys = new AtomicLong();
    private volatile boolean closed;

    /**
     * What tools are called with.
     *
     * @param json understands arguments, and compiles schemas
     * @param sandbox asked when a tool first starts a process
     * @param clock the runtime's
     * @param secrets what references in arguments stand for
     * @param acceptedDegraded what a sandbox may lack
     */
    public record Surroundings(
            Gate gate,
            JsonProvider json,
            Supplier<Sandbox> sandbox,
            Clock clock,
            Secrets secrets,
            Set<String> acceptedDegraded) {
        /** Copies the set. */
        public Surroundings {
            acceptedDegraded = Set.copyOf(acceptedDegraded);
        }
    }

    /**
     * Takes the tools and starts the thread that keeps their deadlines.
     *
     * @throws IllegalArgumentException if two have one name, or a schema is none
     */
    public Toolbox(List<Tool> tools, Surroundings around) {
        this.around = around;
        var byName = new LinkedHashMap<String, RegisteredTool>();
        for (Tool tool : tools) {
            RegisteredTool other = byName.putIfAbsent(tool.spec().name(), RegisteredTool.of(tool, around.json()));
            if (other != null) {
                throw new IllegalArgumentException("two tools are named '"
                        + tool.spec().name() + "': " + describe(other.tool()) + " and " + describe(tool));
            }
        }
        this.tools = Collections.unmodifiableMap(byName);
        var random = new SecureRandom();
        random.nextBytes(salt);
        byte[] prefix = new byte[SALT_BYTES];
        random.nextBytes(prefix);
        this.keyPrefix = HexFormat.of().formatHex(prefix) + "-";
        deadlines.start();
    }

    /** A tool that says nothing of itself but what every object does is known by its class. */
    private static String describe(Tool tool) {
        String type = tool.getClass().getName();
        String said = tool.toString();
        return (said.startsWith(type + "@") ? type : Shortening.of(said)) + " (version "
                + tool.spec().version() + ")";
    }

    /** {@return an actor's view} */
    public Tools of(Actor actor) {
        return new ToolCaller(this, actor);
    }

    /** {@return what is known of every tool, in the order given} */
    public List<ToolSpec> specs() {
        return tools.values().stream().map(RegisteredTool::spec).toList();
    }

    /** {@return the tool of that name} */
    public Optional<Tool> find(String name) {
        return Optional.ofNullable(tools.get(name)).map(RegisteredTool::tool);
    }

    /**
     * Checks that the argument predicates of a capability are attributes of the tool that it names, and that one for a secret names the
     * tools that get it; a capability for a tool with wildcards, or for anything else, is not looked at.
     *
     * @throws IllegalArgumentException naming what the tool does not declare, or what is missing
     */
    public void checkGrant(Authority authority, Capability capability) {
        if (capability.type().equals(SecretUse.TYPE)) {
            SecretUse.checkGrant(authority, capability);
        }
        if (capability.type().equals("tool") && capability.isExact()) {
            RegisteredTool tool = tools.get(capability.base());
            if (tool != null) {
                authority.checkAttributes(capability, tool.spec().attributes());
            }
        }
    }

    /** {@return the calls of an actor that have not come to their end, those it has given up waiting for included} */
    public List<String> running(Actor actor) {
        return names(deadlines.find(run -> run.actor().self().equals(actor)));
    }

    /** Interrupts the calls of an actor, runs their cancel hooks, waits for nothing, and returns how many there were. */
    public int cancelAll(Actor actor, String reason) {
        List<ToolRun> runs = deadlines.find(run -> run.actor().self().equals(actor));
        runs.forEach(run -> run.cancel(reason));
        return runs.size();
    }

    /**
     * Lists the calls that a grant, which was revoked just now, or one derived from it, is behind, and interrupts those whose tools want
     * that; waits for nothing.
     */
    public Revocation revoked(Grant grant, String reason) {
        List<ToolRun> runs = deadlines.find(run -> run.restsOn(grant));
        List<String> cancelled = runs.stream()
                .filter(run -> run.isCancelledByRevoking() && run.revoke(reason))
                .map(ToolRun::id)
                .toList();
        return new Revocation(grant.id(), runs.stream().map(ToolRun::id).toList(), cancelled);
    }

    /**
     * Waits for the calls of an actor to come to their end.
     *
     * @param limit for all of them together
     * @return the names of those that have not
     */
    public List<String> awaitEnd(Actor actor, Duration limit) {
        return await(deadlines.find(run -> run.actor().self().equals(actor)), limit);
    }

    /**
     * Cancels every call, closes the tools that can be closed, and ends the thread of the deadlines.
     *
     * @param limit how long to wait for the calls
     * @return the names of the calls that have not come to their end
     */
    public List<String> close(Duration limit) {
        closed = true;
        List<ToolRun> runs = deadlines.find(run -> true);
        runs.forEach(run -> run.cancel("the runtime is closed"));
        List<String> left = await(runs, limit);
        deadlines.close();
        for (RegisteredTool registered : tools.values()) {
            if (registered.tool() instanceof AutoCloseable closeable) {
                close(registered.spec().name(), closeable);
            }
        }
        return left;
    }

    private static void close(String tool, AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            log.atWarn().addKeyValue("tool", tool).setCause(e).log("a tool could not be closed");
        }
    }

    private static List<String> await(List<ToolRun> runs, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        var left = new ArrayList<ToolRun>();
        for (ToolRun run : runs) {
            try {
                if (!run.join(deadline - System.nanoTime())) {
                    left.add(run);
                }
            } catch (InterruptedException e) {
                // Told to hurry: what has not ended by now is named.
                Thread.currentThread().interrupt();
                left.add(run);
            }
        }
        return names(left);
    }

    private static List<String> names(List<ToolRun> runs) {
        return runs.stream().map(ToolRun::label).toList();
    }

    List<ToolSpec> callableBy(Actor actor) {
        return tools.values().stream()
                .filter(tool -> isCallable(tool, actor))
                .map(RegisteredTool::spec)
                .toList();
    }

    private boolean isCallable(RegisteredTool tool, Actor actor) {
        var plain = new Action("tool", tool.spec().name(), "call", Map.of());
        return around.gate().mayBeTried(actor, plain)
                || actor.grants().stream()
                        .anyMatch(grant -> isOpen(grant) && tool.tool().isCallableWith(grant.capability()));
    }

    private boolean isOpen(Grant grant) {
        Capability capability = grant.capability();
        return !grant.revoked()
                && capability.isOpenAt(around.clock().instant())
                && grant.used() < capability.uses().orElse(Long.MAX_VALUE);
    }

    /** @throws HaltedException if the runtime is closed: deadlines are not kept any more, nor is anything recorded */
    @Nullable
    RegisteredTool registered(String name) {
        if (closed) {
            throw new HaltedException("the system is closed");
        }
        return tools.get(name);
    }

    Gate gate() {
        return around.gate();
    }

    JsonProvider json() {
        return around.json();
    }

    /** {@return what starts processes for an actor, and records what they are denied} */
    public Sandbox sandboxOf(Actor actor) {
        return new ReportingSandbox(
                around.sandbox().get(), denied -> gate().recorder().violated(actor, denied));
    }

    Set<String> acceptedDegraded() {
        return around.acceptedDegraded();
    }

    Clock clock() {
        return around.clock();
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Secrets secrets() {
        return around.secrets();
    }

    byte[] salt() {
        return salt;
    }

    /** Different for every call of every runtime. */
    String newKey() {
        return keyPrefix + keys.incrementAndGet();
    }
}
