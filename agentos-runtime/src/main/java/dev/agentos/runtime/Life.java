package dev.agentos.runtime;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.UnhandledMessageException;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
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
                kernel.control.completeByItself(cell);
            }
            case AgentBody.OnMessage(var handler) -> begin(cell, handler, context);
            case AgentBody.Reactive(var perStart) ->
                begin(
                        cell,
                        Objects.requireNonNull(perStart.get(), "the supplier of a reactive agent returned null"),
                        context);
        }
    }

    private static void begin(AgentCell cell, ReactiveAgent instance, Context context) throws Exception {
        cell.instance = instance;
        instance.onStart(context);
    }

    // ---- mail

    /** Handles one message of a reactive agent. By its turn. */
    void handle(AgentCell cell, Object mail) {
        cell.takeInHand(mail);
        Message message = Objects.requireNonNull(Post.message(mail));
        try {
            cell.account().newTurn();
            kernel.gate.use(cell, Limit.TURNS, 1);
            Objects.requireNonNull(cell.instance, "instance").onMessage(message, Objects.requireNonNull(cell.context));
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
            kernel.post.giveUp(mail, DeadLetter.Reason.UNHANDLED, Objects.requireNonNullElse(e.getMessage(), ""), e);
        } else {
            failed(cell, e, mail);
        }
    }

    /** What left the agent's code. */
    private void failed(AgentCell cell, Throwable cause, @Nullable Object mail) {
        int asked = cell.flags();
        if ((asked & (LifeCell.FENCED | LifeCell.UNWIND)) != 0) {
            return; // it was made to end, whatever that made it throw
        }
        if (cause instanceof AgentStopped && (asked & LifeCell.STOP) != 0) {
            return;
        }
        Object inHand = mail != null ? mail : cell.inHand();
        if (inHand != null) {
            kernel.post.giveUp(inHand, DeadLetter.Reason.HANDLER_FAILED, "the handler threw " + cause, cause);
        }
        kernel.supervisor.failed(cell, cause, Post.message(inHand));
    }

    // ---- end

    /** Ends in order as far as that is possible now: mail, children, onStop. By the turn. */
    private void stop(AgentCell cell) {
        cell.takeInHand(null);
        for (Object mail = cell.pollMail(); mail != null; mail = cell.pollMail()) {
            kernel.post.undelivered(mail, DeadLetter.Reason.RECIPIENT_ENDED, "the agent stops and takes no mail");
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
                instance.onStop(context);
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
        cell.close();
        kernel.topics.ended(cell);
        Asks.failOwn(cell);
        kernel.asks.failAll(cell, ErrorCode.UNDELIVERABLE, "agent " + cell.id + " ended: " + state, null);
        Details details = cell.details();
        Details.Pause asked;
        CompletableFuture<?> stored;
        cell.lock();
        try {
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
