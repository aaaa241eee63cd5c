package dev.agentos.runtime;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.UnhandledMessageException;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.StoredRow;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs the lives of agents: on the thread of their turns, does what their flags ask between turns, hands them their mail, and ends them.
 * Keeps nothing itself.
 */
final class Life {
    private final Kernel kernel;

    Life(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Does what the flags ask, in the order of their weight. By the agent's turn, between its own code.
     *
     * @param freshTurn whether no code of the agent ran in this turn: an instance starts only then, since what ran before may have left
     *     the thread interrupted
     */
    void settle(AgentCell cell, boolean freshTurn) {
        boolean fresh = freshTurn;
        for (; ; ) {
            int asked = cell.flags();
            if ((asked & LifeCell.FENCED) != 0) {
                return;
            }
            if ((asked & LifeCell.PAUSE) != 0) {
                kernel.pauses.holdBetweenTurns(cell);
                if (cell.has(LifeCell.PAUSE)) {
                    return; // a look wakes it
                }
            } else if ((asked & LifeCell.COMMIT) != 0) {
                if (!settleCommit(cell)) {
                    cell.holdMail(true);
                    return; // a look wakes it
                }
                fresh = false;
            } else if ((asked & LifeCell.UNWIND) != 0) {
                kernel.supervisor.unwound(cell);
                fresh = false;
            } else if ((asked & LifeCell.STOP) != 0) {
                stop(cell);
                return;
            } else if ((asked & LifeCell.BACKOFF) != 0) {
                cell.holdMail(true);
                return;
            } else if ((asked & LifeCell.START) != 0) {
                if (!fresh || isRestart(cell) && kernel.family.hasChildren(cell)) {
                    waitToStart(cell, fresh);
                    return;
                }
                start(cell);
                fresh = false;
            } else if (cell.durable != null && cell.durable.hasAgain() && !cell.isRun()) {
                if (!fresh) {
                    cell.holdMail(true);
                    cell.look();
                    return;
                }
                handle(cell, Objects.requireNonNull(cell.durable.takeAgain()));
                fresh = false;
            } else {
                cell.holdMail(false);
                return;
            }
        }
    }

    private static void waitToStart(AgentCell cell, boolean fresh) {
        cell.holdMail(true);
        if (!fresh) {
            cell.look();
        } // else the last child to end wakes it
    }

    /** {@return whether the last turn of a durable agent is behind it} By its turn. */
    private boolean settleCommit(AgentCell cell) {
        Durable durable = Objects.requireNonNull(cell.durable, "durable");
        Durable.Refused refused = kernel.commits.refused(cell, durable);
        if (refused == null) {
            return !cell.has(LifeCell.COMMIT);
        }
        Object taken = refused.turn().taken();
        if (taken != null && refused.cause() instanceof VersionConflictException && durable.mayRepeat()) {
            durable.tryAgain(taken, null);
        } else {
            failed(cell, refused.cause(), taken);
        }
        return true;
    }

    /** {@return whether an instance of the agent came before the present one} */
    static boolean isRestart(AgentCell cell) {
        Details details = cell.detailsIfAny();
        return details != null && details.restarts > 0;
    }

    // ---- start

    private void start(AgentCell cell) {
        cell.lower(LifeCell.START);
        boolean first = begin(cell);
        try {
            if (first) {
                kernel.control.limitWallTime(cell);
            } else {
                kernel.spawner.spawnDeclared(cell);
            }
            run(cell, new Context(cell));
        } catch (Throwable e) { // the top of the agent's code
            failed(cell, e, null);
        }
    }

    private static boolean begin(AgentCell cell) {
        cell.lock();
        try {
            if (cell.state() == AgentState.PENDING && !cell.has(LifeCell.FENCED)) {
                var _ = cell.change(AgentState.RUNNING, "");
            }
        } finally {
            cell.unlock();
        }
        cell.wakeWatchers();
        return !isRestart(cell);
    }

    private void run(AgentCell cell, Context context) throws Exception {
        cell.context = context;
        switch (cell.spec.body()) {
            case AgentBody.Run(var agent) -> {
                agent.run(context);
                returned(cell);
            }
            case AgentBody.Code code -> {
                kernel.isolates.run(cell, context, code);
                returned(cell);
            }
            case AgentBody.OnMessage(var handler) -> begin(cell, handler, context);
            case AgentBody.Reactive(var perStart) ->
                begin(
                        cell,
                        Objects.requireNonNull(perStart.get(), "the supplier of a reactive agent returned null"),
                        context);
        }
    }

    /** A whole life has come to its end. */
    private void returned(AgentCell cell) {
        if (cell.durable != null) {
            kernel.commits.endAndWait(cell, cell.durable);
        }
        kernel.control.completeByItself(cell);
    }

    private void begin(AgentCell cell, ReactiveAgent instance, Context context) throws Exception {
        cell.instance = instance;
        Durable durable = cell.durable;
        if (durable == null) {
            instance.onStart(context);
        } else {
            durable.begin("start");
            instance.onStart(context);
            kernel.commits.end(cell, durable);
        }
    }

    // ---- mail

    /** Handles one message of a reactive agent. By its turn. */
    void handle(AgentCell cell, Object mail) {
        cell.takeInHand(mail);
        Message message = Objects.requireNonNull(Post.message(mail));
        Durable durable = cell.durable;
        if (durable != null) {
            durable.begin(mail);
        }
        try {
            cell.account().newTurn();
            kernel.gate.use(cell, Limit.TURNS, 1);
            Objects.requireNonNull(cell.instance, "instance").onMessage(message, Objects.requireNonNull(cell.context));
            if (durable != null) {
                kernel.commits.end(cell, durable);
            }
        } catch (UnhandledMessageException e) {
            unhandled(cell, mail, message, e);
        } catch (Throwable e) { // the top of the agent's code
            failed(cell, e, mail);
        } finally {
            cell.takeInHand(null);
        }
    }

    private void unhandled(AgentCell cell, Object mail, Message message, UnhandledMessageException e) {
        if (e.unhandled().id() == message.id()) {
            if (cell.durable != null) {
                cell.durable.drop();
            }
            kernel.post.giveUp(mail, DeadLetter.Reason.UNHANDLED, Objects.requireNonNullElse(e.getMessage(), ""), e);
        } else {
            failed(cell, e, mail);
        }
    }

    /** What left the agent's code. */
    private void failed(AgentCell cell, Throwable cause, @Nullable Object mail) {
        int asked = cell.flags();
        Durable durable = cell.durable;
        Object taken = durable == null ? null : durable.drop();
        boolean madeToEnd = (asked & (LifeCell.FENCED | LifeCell.UNWIND)) != 0 // whatever that made it throw
                || cause instanceof AgentStopped && (asked & LifeCell.STOP) != 0;
        if (durable != null && (taken != null || mail != null)) {
            Object unfinished = taken != null ? taken : Objects.requireNonNull(mail);
            cell.putBack();
            if (!madeToEnd) {
                retry(durable, unfinished, cause);
                kernel.supervisor.failed(cell, cause, Post.message(unfinished));
            } else {
                durable.tryAgain(unfinished, null);
            }
            return;
        }
        if (madeToEnd) {
            return;
        }
        Object inHand = mail != null ? mail : durable == null ? cell.inHand() : null;
        if (inHand != null) {
            kernel.post.giveUp(inHand, DeadLetter.Reason.HANDLER_FAILED, "the handler threw " + cause, cause);
        }
        kernel.supervisor.failed(cell, cause, Post.message(inHand));
    }

    /** A durable agent's turn has failed: its message comes again, until it has come too often. */
    private void retry(Durable durable, Object mail, Throwable cause) {
        if (durable.mayTryAgain(mail)) {
            durable.tryAgain(mail, cause);
            Message message = Objects.requireNonNull(Post.message(mail));
            kernel.inbox.mark(message, StoredRow.Stage.PENDING, durable.failures(mail));
        } else {
            kernel.post.giveUp(
                    mail,
                    DeadLetter.Reason.HANDLER_FAILED,
                    "the handler threw " + cause + ", as it did before: " + Durable.REDELIVERIES + " redeliveries",
                    cause);
        }
    }

    /** The turn in hand was interrupted by a stop: what it wrote is dropped, and its message is not handled. By the agent's thread. */
    static void putBack(AgentCell cell) {
        Durable durable = cell.durable;
        Object taken = durable == null ? null : durable.drop();
        if (durable != null && taken != null) {
            cell.putBack();
            durable.tryAgain(taken, null);
        }
    }

    /** Gives up the mail that was to come again. */
    void giveUpAgain(AgentCell cell) {
        Durable durable = cell.durable;
        Object mail = durable == null ? null : durable.takeAgain();
        if (durable == null || mail == null) {
            return;
        }
        Throwable cause = durable.againAfter();
        if (cause == null || cell.has(LifeCell.SLEEP)) {
            handBack(cell, mail, "the agent ended while it handled the message");
        } else {
            kernel.post.giveUp(mail, DeadLetter.Reason.HANDLER_FAILED, "the handler threw " + cause, cause);
        }
    }

    /** Gives back mail that a durable agent has in its inbox still when it comes again, and that is a dead letter of any other. */
    void handBack(AgentCell cell, Object mail, String detail) {
        if (!cell.has(LifeCell.SLEEP)) {
            kernel.post.undelivered(mail, DeadLetter.Reason.RECIPIENT_ENDED, detail);
        } else if (mail instanceof PendingAsk ask) {
            ask.fail(ErrorCode.UNDELIVERABLE, "the system shuts down", null);
        }
    }

    // ---- end

    /** Ends in order as far as that is possible now: mail, children, onStop. By the turn. */
    private void stop(AgentCell cell) {
        cell.takeInHand(null);
        for (Object mail = cell.pollMail(); mail != null; mail = cell.pollMail()) {
            handBack(cell, mail, "the agent stops and takes no mail");
        }
        cell.holdMail(true);
        if (kernel.family.hasChildren(cell)) {
            return; // they were told; the last one to end wakes it
        }
        Exit exit;
        try {
            ReactiveAgent instance = cell.instance;
            Context context = cell.context;
            if (instance != null && context != null) {
                cell.instance = null;
                if (cell.durable == null) {
                    instance.onStop(context);
                } else {
                    cell.durable.begin("stop");
                    instance.onStop(context);
                    kernel.commits.endAndWait(cell, cell.durable);
                }
            }
            exit = new Exit.Completed(cell.details().result);
        } catch (Throwable e) { // the top of the agent's code
            exit = new Exit.Failed(e, cell.details().history());
        }
        if (exit instanceof Exit.Failed failure) {
            finish(cell, AgentState.FAILED, "onStop threw " + failure.cause(), exit);
        } else {
            finish(cell, AgentState.COMPLETED, kernel.control.stopReason(cell), exit);
        }
    }

    private void finish(AgentCell cell, AgentState state, String reason, Exit exit) {
        cell.lock();
        try {
            if (cell.has(LifeCell.FENCED)) {
                return; // terminated meanwhile
            }
            cell.raise(LifeCell.FENCED | LifeCell.QUIET);
        } finally {
            cell.unlock();
        }
        end(cell, state, reason, exit);
    }

    /** Tells whoever terminates an agent that no code of it runs any more; once. */
    void quiet(AgentCell cell) {
        if ((cell.raise(LifeCell.QUIET) & LifeCell.QUIET) == 0) {
            Termination termination = cell.details().termination;
            if (termination != null) {
                termination.quiet();
            }
        }
    }

    /** The end of a fenced agent without living children: state, mail, requests, address; then whoever waits is told. */
    void end(AgentCell cell, AgentState state, String reason, Exit exit) {
        AgentTimer.drop(cell);
        giveUpAgain(cell);
        cell.close();
        kernel.isolates.ended(cell);
        kernel.topics.ended(cell);
        kernel.limits.ended(cell);
        if (cell.durable != null && !cell.has(LifeCell.SLEEP)) {
            kernel.approvals.ended(cell.id);
        }
        Asks.failOwn(cell);
        kernel.asks.failAll(cell, ErrorCode.UNDELIVERABLE, "agent " + cell.id + " ended: " + state, null);
        Details details = cell.details();
        Details.Pause asked;
        CompletableFuture<?> stored;
        cell.lock();
        try {
            if (cell.has(LifeCell.SLEEP) && cell.durable != null) {
                kernel.dormant.sleeps(cell, cell.durable, cell.state(), cell.reason());
            }
            stored = cell.change(state, reason).toCompletableFuture();
            asked = details.pause;
        } finally {
            cell.unlock();
        }
        cell.wakeWatchers();
        kernel.directory.ended(cell);
        cell.account().ended();
        AgentCell parent = cell.parent;
        if (parent != null) {
            kernel.family.remove(parent, cell);
            parent.account().childEnded();
        }
        cell.forget();
        if (stored.isDone()) {
            details.finish(exit, asked);
        } else { // an end is acknowledged when it is stored, or cannot be
            var _ = stored.whenComplete((rows, failure) -> details.finish(exit, asked));
        }
        if (parent != null && parent.has(LifeCell.STOP | LifeCell.START)) {
            parent.look();
        }
    }
}
