package dev.agentos.runtime;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.runtime.gate.DurableTurn;
import dev.agentos.runtime.gate.Exceeded;
import dev.agentos.runtime.gate.LimitAccount;
import dev.agentos.runtime.schedule.MailboxPolicy;
import dev.agentos.runtime.schedule.ThreadKind;
import dev.agentos.runtime.schedule.Worker;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One agent: its mailbox, its life, and the actor that its code is at the gate. The same object for both kinds of agent: a reactive one has
 * a turn for each message, and the life of a {@code run} agent is one turn, on a thread of its own, that takes its mail itself.
 */
final class AgentCell extends ActorCell {
    /** The instance of a reactive agent. The turn's. */
    @Nullable
    ReactiveAgent instance;

    /** What the instance was given. The turn's. */
    @Nullable
    Context context;

    /** What runs the turn, or ran the last one: stands for the thread whose calls are the agent's own. The turn's; others read it. */
    private @Nullable Worker worker;

    /** The message being handled: a {@link Message}, or the {@link PendingAsk} that carries it. The turn's. */
    private @Nullable Object inHand;

    /** Null if it is not durable. */
    final @Nullable Durable durable;

    AgentCell(Kernel kernel, Birth birth, MailboxPolicy mailbox, List<Grant> grants, LimitAccount account) {
        super(kernel, birth, mailbox, grants, account);
        this.durable = spec.durable() ? new Durable(this, Revival.describe(spec), birth.revived()) : null;
    }

    @Override
    protected ThreadKind threadKind() {
        return switch (spec.threading()) {
            case CPU_BOUND -> ThreadKind.PLATFORM;
            case OWN_THREAD -> ThreadKind.OWN;
            case DEFAULT -> isRun() ? ThreadKind.OWN : ThreadKind.SHARED;
        };
    }

    @Override
    @Nullable
    JsonValue origin() {
        return durable == null ? null : durable.spec;
    }

    @Override
    public Map<String, String> labels() {
        return spec.labels();
    }

    boolean isRun() {
        return spec.body() instanceof AgentBody.Run || spec.body() instanceof AgentBody.Code;
    }

    // ---- turns

    @Override
    protected void onSystem(Object look, Worker running) {
        enter(running);
        try {
            kernel.life.settle(this, true);
        } finally {
            leave(running);
        }
    }

    @Override
    protected void onMessage(Object mail, Worker running) {
        enter(running);
        try {
            if (flags() == 0 || !has(FENCED | STOP)) {
                Object opened = Post.opened(mail);
                if (opened != null) {
                    kernel.life.handle(this, opened);
                }
            } else {
                kernel.life.handBack(this, mail, "the agent is stopping");
            }
            if (flags() != 0) {
                kernel.life.settle(this, false);
            }
        } finally {
            leave(running);
        }
    }

    @Override
    protected void onUndelivered(Object mail, boolean ofSystem) {
        if (!ofSystem) {
            kernel.life.handBack(this, mail, "the agent ended before it came to the message");
        }
    }

    private void enter(Worker running) {
        if (worker != running) { // most turns follow one on the same worker
            worker = running;
        }
        if (!running.isShared() && spec.threading() == AgentSpec.Threading.CPU_BOUND && !isRun()) {
            kernel.turnTime.watch(this, turn(), 0); // the scheduler does not look at what has a core of its own
        }
    }

    private void leave(Worker running) {
        TurnTime.ended(this);
        if (worker == running) { // else this turn was given up, and another one may have begun
            inHand = null;
            if (!running.isShared()) {
                worker = null;
            }
        }
        if (has(FENCED)) {
            kernel.life.quiet(this);
        }
    }

    /** Lets go of what only a living agent needs: it may be remembered for long. No code of it runs, or it was given up. */
    void forget() {
        if (!taint().isEmpty()) {
            details().lastTaint = taint();
        }
        instance = null;
        context = null;
        forgetActing();
    }

    /** {@return what its result carries, once it has ended} */
    Set<String> lastTaint() {
        Details details = detailsIfAny();
        return details == null ? taint() : Taint.union(taint(), details.lastTaint);
    }

    @Override
    public boolean inTurn() {
        Worker latest = worker;
        return latest != null && latest.runs(this);
    }

    /** {@return the thread of the running turn; null if none runs} */
    @Nullable
    Thread turnThread() {
        Worker latest = worker;
        return latest != null && isRunning() ? latest.thread() : null;
    }

    /** Lets go of what is in hand: it is to be handled once more. */
    void putBack() {
        inHand = null;
    }

    /** Ends the handling of whatever is in hand, and begins with this. */
    void takeInHand(@Nullable Object mail) {
        if (inHand instanceof PendingAsk ask && ask.isOpen()) {
            kernel.asks.keepOpen(this, ask);
        }
        inHand = mail;
        if (mail != null) {
            taintOf(Objects.requireNonNull(Post.message(mail)));
        }
    }

    @Nullable
    Object inHand() {
        return inHand;
    }

    /** {@return what the running turn of a durable agent has written; null if the agent is not durable} Its own threads. */
    @Nullable
    TurnBuffer turnBuffer() {
        Durable mine = durable;
        return mine == null ? null : mine.buffer();
    }

    @Nullable
    Message messageInHand() {
        return Post.message(inHand);
    }

    /** {@return the next mail; null if there is none} Within the turn. */
    @Nullable
    Object pollMail() {
        Worker running = worker;
        return running == null ? null : poll(running);
    }

    /** Hides or shows the mail. Within the turn. */
    void holdMail(boolean hold) {
        if (hold) {
            hold();
        } else if (isHeld()) {
            unhold();
        }
    }

    // ---- the actor

    @Override
    public boolean implicitly(Action action) {
        return ImplicitRights.cover(this, action);
    }

    @Override
    public @Nullable Long correlation() {
        Message message = messageInHand();
        return message == null ? null : message.correlation();
    }

    @Override
    public void crossing() {
        Worker latest = worker;
        if (latest != null && latest.runs(this)) {
            latest.crossing();
        } else {
            requirePart();
        }
        if (flags() != 0) {
            obey(false);
        }
    }

    @Override
    public void checkStopped() {
        if (has(FENCED)) {
            throw stopped();
        }
    }

    @Override
    public void awaitOutside(BooleanSupplier done, Consumer<Runnable> told) {
        long left = inTurn() ? kernel.turnTime.hold(this) : TurnTime.UNBOUNDED;
        try {
            told.accept(wakerOfThisThread());
            awaitUntil(done, true);
        } finally {
            kernel.turnTime.goOn(this, left);
        }
    }

    @Override
    public boolean isFenced() {
        return has(FENCED);
    }

    @Override
    public boolean fallsAsleep() {
        return has(SLEEP);
    }

    @Override
    public @Nullable DurableTurn durableTurn() {
        return turnBuffer();
    }

    @Override
    public void limitReached(Exceeded met) {
        kernel.limits.met(this, met);
    }

    // ---- obeying and waiting, on the agent's own threads

    /**
     * Does what the flags ask of running code.
     *
     * @param waits whether the code waits for mail or time, which a stop ends
     */
    void obey(boolean waits) {
        for (; ; ) {
            int now = flags();
            if ((now & FENCED) != 0) {
                throw stopped();
            }
            if ((now & GONE) != 0) { // before the pause: nothing of it is left that could be held
                throw new AgentStopped("the process of agent " + id + " has ended");
            }
            if ((now & PAUSE) != 0) {
                kernel.pauses.holdHere(this);
            } else if ((now & UNWIND) != 0) {
                throw unwinds();
            } else if (waits && (now & STOP) != 0) {
                throw new AgentStopped("agent " + id + " is stopped in order");
            } else {
                return;
            }
        }
    }

    /** Throws if the agent has to end now. Never waits: for whoever stands for code that nothing holds. */
    void obeyEnd() {
        if (has(FENCED)) {
            throw stopped();
        }
        if (has(UNWIND)) {
            throw unwinds();
        }
    }

    private AgentStopped unwinds() {
        return new AgentStopped("agent " + id + " restarts, or fails with another");
    }

    /** Never returns on a thread that was given up. */
    private AgentStopped stopped() {
        Details mine = details();
        if (mine.isAbandoned(Thread.currentThread())) {
            kernel.chronicle.parked(this, Thread.currentThread());
            while (true) {
                LockSupport.park(mine);
                Thread.interrupted(); // or the next park would not park
            }
        }
        return new AgentStopped("agent " + id + " was terminated");
    }

    private void requirePart() {
        Details mine = detailsIfAny();
        Thread me = Thread.currentThread();
        if (mine != null && (mine.parts().contains(me) || mine.isAbandoned(me))) {
            if (mine.isAbandoned(me)) {
                throw stopped();
            }
            return;
        }
        throw new IllegalStateException(
                "the context of agent " + id + " is used on its own threads only, not on '" + me.getName() + "'");
    }

    /**
     * Waits until something is so, held meanwhile if the agent is paused.
     *
     * @param endsByStop whether an orderly stop ends the wait, with {@link AgentStopped}
     */
    void awaitUntil(BooleanSupplier done, boolean endsByStop) {
        for (; ; ) {
            if (flags() != 0) {
                obey(endsByStop);
            }
            if (done.getAsBoolean()) {
                return;
            }
            parkForLook();
        }
    }

    /** {@return what ends {@link #parkForLook} of the current thread, one of the agent's own} */
    Runnable wakerOfThisThread() {
        Thread me = Thread.currentThread();
        return inTurn() ? () -> offerSystem(LOOK) : () -> kernel.parts.wake(me);
    }

    /** Parks until somebody wants this thread to look; may return early. */
    void parkForLook() {
        Worker running = worker;
        try {
            if (!inTurn() || running == null) {
                kernel.parts.park(this);
            } else if (!swallowLooks(running)) {
                if (!isRun()) {
                    kernel.turnTime.watch(this, turn(), 0);
                }
                awaitSystem(running);
            }
        } catch (InterruptedException e) {
            interrupted();
        }
    }

    /** Parks until there is mail, or somebody wants this thread to look. Within the turn. */
    void parkForMail() {
        Worker running = worker;
        try {
            if (running != null && !swallowLooks(running)) {
                awaitMail(running);
            }
        } catch (InterruptedException e) {
            interrupted();
        }
    }

    /** True: there were some, so flags may have changed. */
    private boolean swallowLooks(Worker running) {
        boolean any = false;
        while (pollSystem(running) != null) {
            any = true;
        }
        return any;
    }

    /** An interrupt is ours if flags say so, and then the next look at them tells. */
    private void interrupted() {
        if (has(ABANDONED)) {
            throw stopped(); // which does not return on a thread that was given up
        }
        if (!has(FENCED | UNWIND | GONE)) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "agent " + id + " was interrupted while it waited, by its own code or another's");
        }
    }
}
