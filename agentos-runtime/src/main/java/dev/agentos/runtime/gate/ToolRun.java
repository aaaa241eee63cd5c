package dev.agentos.runtime.gate;

import dev.agentos.api.Registration;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.tool.OnRevoke;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.runtime.secret.Scrubber;
import dev.agentos.runtime.secret.Secrets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * The tool runs on a virtual thread of its own while its caller waits: only so can the caller go on when the tool ignores its deadline.
 * Handing over and back costs 0.5 to 0.8 µs from a virtual thread (measured; from a platform thread 3 to 7).
 *
 * Whoever sets the ending first decides what the caller gets: the tool with its result, or a canceller (the deadline, a termination, an
 * interrupt of the caller). A tool that comes to its end later hands its result to the crossing, which records it beside the UNKNOWN.
 */
/** One call of a tool in flight, and what the tool is told of it. Thread-safe. */
final class ToolRun implements Runnable, ToolContext {
    private final ToolCrossing crossing;
    private final Passage passage;
    private final long deadlineNanos;
    private final Thread caller = Thread.currentThread();
    private final Thread thread;
    private final AtomicReference<@Nullable ToolEnding> ending = new AtomicReference<>();
    private final CancelHooks hooks = new CancelHooks();
    /** Knows the secrets that the tool was given; null if it was given none. Set by the tool's thread before the tool runs. */
    private volatile @Nullable Scrubber scrubber;

    /** Links of the list in {@link Deadlines}, under the lock of its stripe. */
    @Nullable
    ToolRun next;

    @Nullable
    ToolRun previous;

    ToolRun(ToolCrossing crossing, Passage passage, long deadlineNanos) {
        this.crossing = crossing;
        this.passage = passage;
        this.deadlineNanos = deadlineNanos;
        this.thread = crossing.tool().threads().newThread(this);
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    int stripe() {
        return (int) caller.threadId();
    }

    /** Begins; the call is listed. */
    void start() {
        thread.start();
    }

    /** Waits until there is an ending. */
    void await() throws InterruptedException {
        while (ending.get() == null) {
            LockSupport.park(this);
            if (Thread.interrupted() && ending.get() == null) {
                throw new InterruptedException();
            }
        }
    }

    /** Waits for the thread of the tool and returns whether it has come to its end. */
    boolean join(long nanos) throws InterruptedException {
        return thread.join(java.time.Duration.ofNanos(Math.max(1, nanos)));
    }

    @Nullable
    ToolEnding ending() {
        return ending.get();
    }

    boolean isOver() {
        return ending.get() != null;
    }

    Actor actor() {
        return crossing.actor();
    }

    /** {@return its id, as the tool knows it} */
    String id() {
        return crossing.key();
    }

    boolean isCancelledByRevoking() {
        return crossing.tool().spec().onRevoke() == OnRevoke.CANCEL;
    }

    /** Whether a grant behind it is this one, or was derived from it. */
    boolean restsOn(Grant grant) {
        return passage.restsOn(grant);
    }

    /** Names it in reports. */
    String label() {
        return "tool " + crossing.tool().spec().name() + " of " + actor().principal();
    }

    // ---- the tool's thread

    @Override
    public void run() {
        ToolEnding end = invoke();
        crossing.toolbox().deadlines().remove(this);
        if (ending.compareAndSet(null, end)) {
            LockSupport.unpark(caller);
        } else {
            crossing.endedLate(passage, end);
        }
    }

    private ToolEnding invoke() {
        // The top of its thread. An error is the tool's, too: the caller gets it as the cause of a failure.
        try {
            return crossing.secrets().isEmpty() ? invoke(crossing.call()) : invokeWithSecrets();
        } catch (Throwable e) {
            return ToolEnding.thrown(e);
        }
    }

    private ToolEnding invoke(ToolCall call) throws Exception {
        return ToolEnding.of(crossing.tool().tool().invoke(call, this));
    }

    /** What the tool says is cleaned before anybody sees it. */
    private ToolEnding invokeWithSecrets() {
        Secrets.Filled filled = crossing.filled();
        scrubber = filled.scrubber();
        ToolEnding end;
        try {
            end = invoke(new ToolCall(crossing.call().tool(), filled.arguments()));
        } catch (Throwable e) {
            end = ToolEnding.thrown(e);
        }
        return end.cleaned(filled.scrubber());
    }

    // ---- whoever ends it before it ends itself

    /** Its time is over. */
    void expire() {
        String limit = crossing.tool().spec().timeout().toString();
        var _ = cancel(ToolEnding.unknown(ErrorCode.TOOL_TIMEOUT, "no answer within " + limit));
    }

    /** Gives up waiting for it. */
    void cancel(String reason) {
        var _ = cancel(ToolEnding.unknown(ErrorCode.TOOL_FAILED, "cancelled: " + reason));
    }

    /** A grant behind it was revoked, and the tool does not want to go on then. {@return whether it had not come to an end} */
    boolean revoke(String reason) {
        return cancel(ToolEnding.unknown(ErrorCode.GRANT_REVOKED, "cancelled: " + reason));
    }

    private boolean cancel(ToolEnding given) {
        // Whoever sees the ending closes the passage unless it is kept: so that comes first.
        passage.keep();
        boolean first = ending.compareAndSet(null, given);
        if (first) {
            thread.interrupt();
            LockSupport.unpark(caller);
            hooks.run(thread.getName());
        }
        return first;
    }

    // ---- what the tool sees

    @Override
    public PrincipalId principal() {
        return actor().principal();
    }

    @Override
    public String idempotencyKey() {
        return crossing.key();
    }

    @Override
    public Instant deadline() {
        return passage.began().plus(crossing.tool().spec().timeout());
    }

    @Override
    public Clock clock() {
        return crossing.toolbox().clock();
    }

    @Override
    public Capability allowedBy(Action action) {
        Action described = crossing.asDescribed(action);
        Capability capability = passage.allowedBy(described);
        if (capability == null && !crossing.secrets().isEmpty()) {
            // It was described without its secrets, which are of other lengths than what stands for them.
            capability = passage.allowedLike(described);
        }
        if (capability == null) {
            throw new IllegalArgumentException(
                    "tool '" + crossing.tool().spec().name() + "' did not describe '" + action + "'");
        }
        return capability;
    }

    @Override
    public Capability require(Action action) {
        actor().checkStopped();
        if (isOver()) {
            throw new AgentOsException(ErrorCode.TOOL_TIMEOUT, label() + ": the call is over", null);
        }
        Action described = crossing.asDescribed(action);
        requireSecrets(described);
        crossing.toolbox().gate().allowAlso(actor(), described, passage);
        Capability capability = passage.allowedBy(described);
        return capability != null ? capability : Capability.covering(described);
    }

    /** A secret follows a call to another host only if its grant names that one too; and no action is named by a secret. */
    private void requireSecrets(Action action) {
        Scrubber cleaning = scrubber;
        if (cleaning == null) {
            return;
        }
        if (cleaning.finds(action.toString())) {
            throw new IllegalArgumentException("an action that has a secret in it would be recorded with it");
        }
        for (String host : SecretUse.hosts(List.of(action))) {
            if (!crossing.hosts().contains(host)) {
                for (String secret : crossing.secrets()) {
                    Action use = SecretUse.at(crossing.tool().spec().name(), secret, host);
                    crossing.toolbox().gate().allowAlso(actor(), use, passage);
                }
            }
        }
    }

    @Override
    public Registration onCancel(Runnable cancel) {
        Registration registered = hooks.add(cancel);
        // Else what is registered after the end of the call would never run.
        if (isOver()) {
            hooks.run(thread.getName());
        }
        return registered;
    }

    @Override
    public Sandbox sandbox() {
        return crossing.toolbox().sandboxOf(actor());
    }

    @Override
    public SandboxPolicy sandboxPolicy() {
        return crossing.toolbox()
                .gate()
                .policyOfProcess(actor(), passage.grants(), crossing.toolbox().acceptedDegraded());
    }
}
