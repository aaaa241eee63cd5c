package dev.agentos.runtime;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Grant;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.schedule.Timers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * An answer does not pass through a mailbox: it settles the ask, which wakes the asker. An agent's ask waits as all its waits do, so that it is held
 * and terminated there; its deadline is a timer of the agent, which stands still while it is paused. Other threads park, with their deadline in
 * the park itself where the runtime's time is real time.
 */

/** Asks and answers. Rights were checked before. */
final class Asks {
    private static final int PURGE_AT = 64;

    /** How many requests an agent may neither have answered nor refused. */
    static final int MOST_OPEN = 1 << 16;

    private final Kernel kernel;

    Asks(Kernel kernel) {
        this.kernel = kernel;
    }

    /** A request and what may be wrong with its answer. */
    record Question(Address to, Object request, Class<?> replyType, Duration limit, List<Grant> lent) {
        /** Lends nothing. */
        Question(Address to, Object request, Class<?> replyType, Duration limit) {
            this(to, request, replyType, limit, List.of());
        }
    }

    /**
     * Asks on behalf of an agent, on one of its own threads.
     *
     * @param recipient null for whoever has the address
     */
    Object ask(AgentCell asker, @Nullable AgentCell recipient, Question question) {
        PendingAsk ask = deliver(asker, recipient, question, asker.messageInHand(), asker.wakerOfThisThread());
        AgentTimer timer = null;
        try {
            if (ask.isOpen()) {
                timer = AgentTimer.after(asker, Times.length(question.limit()), () -> timeOut(ask, question));
                asker.awaitUntil(() -> !ask.isOpen(), false);
            }
            asker.tainted(ask.taint());
            return ask.result();
        } catch (AgentStopped stopped) {
            ask.fail(ErrorCode.ASK_FAILED, "the asker was stopped", stopped);
            throw stopped;
        } finally {
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    /** Asks on behalf of the host or a person, on any thread. */
    Object askFromOutside(Actor asker, @Nullable AgentCell recipient, Question question) {
        Thread me = Thread.currentThread();
        PendingAsk ask = deliver(asker, recipient, question, null, () -> LockSupport.unpark(me));
        long deadline = kernel.nanos() + Times.length(question.limit());
        Timers.Alarm alarm =
                kernel.passes || !ask.isOpen() ? null : kernel.alarm(deadline, () -> timeOut(ask, question));
        while (ask.isOpen()) {
            if (kernel.passes) {
                long left = deadline - kernel.nanos();
                if (left <= 0) {
                    timeOut(ask, question);
                } else {
                    LockSupport.parkNanos(ask, left);
                }
            } else {
                LockSupport.park(ask);
            }
            if (Thread.interrupted()) {
                ask.fail(ErrorCode.ASK_FAILED, "the asking thread was interrupted", null);
                me.interrupt();
            }
        }
        if (alarm != null) {
            alarm.cancel();
        }
        return ask.result();
    }

    /** Asks without waiting. */
    CompletableFuture<Object> askLater(
            Actor asker, @Nullable AgentCell recipient, Question question, @Nullable Message cause) {
        var settled = new CompletableFuture<@Nullable Void>();
        PendingAsk ask;
        try {
            ask = deliver(asker, recipient, question, cause, () -> settled.complete(null));
        } catch (AskException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        AgentCell agent = Bearer.agentOf(asker);
        if (agent != null) {
            endWith(agent, ask, settled);
        }
        if (ask.isOpen()) {
            Timers.Alarm alarm =
                    kernel.alarm(kernel.nanos() + Times.length(question.limit()), () -> timeOut(ask, question));
            if (alarm != null) {
                var _ = settled.thenRun(alarm::cancel);
            }
        }
        return settled.thenApplyAsync(
                none -> {
                    asker.tainted(ask.taint());
                    return ask.result();
                },
                kernel.callbacks); // what the caller hangs on it must not run on a turn
    }

    /** Has an ask that nobody waits for fail when its asker ends, or has too many of them. */
    private static void endWith(AgentCell asker, PendingAsk ask, CompletableFuture<@Nullable Void> settled) {
        Set<PendingAsk> open = asker.details().openAsks();
        if (open.size() >= MOST_OPEN) {
            ask.fail(
                    ErrorCode.ASK_FAILED,
                    "agent " + asker.id + " has " + MOST_OPEN + " asks open, which is the most",
                    null);
            return;
        }
        open.add(ask);
        var _ = settled.thenRun(() -> open.remove(ask));
        if (asker.has(LifeCell.FENCED)) {
            failOwn(asker); // it may have ended before this was there to be seen
        }
    }

    /** Fails what an agent that ends has asked and does not wait for. */
    static void failOwn(AgentCell asker) {
        Details details = asker.detailsIfAny();
        if (details != null) {
            details.openAsksIfAny()
                    .forEach(ask -> ask.fail(ErrorCode.ASK_FAILED, "the asker " + asker.id + " has ended", null));
        }
    }

    private static void timeOut(PendingAsk ask, Question question) {
        ask.fail(ErrorCode.ASK_TIMEOUT, "no answer within " + question.limit(), null);
    }

    private PendingAsk deliver(
            Actor asker, @Nullable AgentCell known, Question question, @Nullable Message cause, Runnable wake) {
        Address to = question.to();
        try {
            AgentCell recipient = known != null ? known : kernel.post.recipient(asker, to, question.request(), cause);
            Object payload = recipient.spec.accepts().isEmpty()
                    ? question.request()
                    : kernel.post.accepted(recipient, asker, question.request(), cause);
            Message message = Rights.carrying(kernel.post.write(asker, to, payload, cause), question.lent());
            var ask = new PendingAsk(message, question.replyType(), wake);
            kernel.post.deliver(recipient, ask, message);
            return ask;
        } catch (AgentOsException e) {
            throw new AskException(e.code(), to, String.valueOf(e.getMessage()), e);
        }
    }

    // ---- the side that answers

    /** Keeps the right to answer beyond the turn in which the request came. */
    void keepOpen(AgentCell cell, PendingAsk ask) {
        Details details = cell.details();
        Map<Long, PendingAsk> open = details.openRequests;
        if (open == null) {
            open = new ConcurrentHashMap<>();
            details.openRequests = open;
        }
        int size = open.size();
        if (size >= PURGE_AT
                && Integer.bitCount(size) == 1) { // at each doubling: looking through all each time is quadratic
            open.values().removeIf(other -> !other.isOpen()); // their askers have given up
        }
        if (open.size() >= MOST_OPEN) {
            ask.fail(
                    ErrorCode.ASK_FAILED,
                    "agent " + cell.id + " has " + MOST_OPEN + " requests open, which is the most",
                    null);
            return;
        }
        open.put(ask.message.id(), ask);
    }

    /** {@return whether a message is a request that can be answered still} */
    boolean isOpen(AgentCell cell, Message request) {
        if (cell.inHand() instanceof PendingAsk ask && ask.message.id() == request.id()) {
            return ask.isUnanswered();
        }
        Details details = cell.detailsIfAny();
        Map<Long, PendingAsk> open = details == null ? null : details.openRequests;
        PendingAsk ask = open == null ? null : open.get(request.id());
        return ask != null && ask.isUnanswered();
    }

    /** {@return the right to answer a message; null if that is no request, or one that is answered and out of hand} */
    @Nullable
    PendingAsk take(AgentCell cell, Message request) {
        Details details = cell.detailsIfAny();
        if (cell.inHand() instanceof PendingAsk ask && ask.message.id() == request.id()) {
            return ask;
        }
        Map<Long, PendingAsk> open = details == null ? null : details.openRequests;
        return open == null ? null : open.remove(request.id());
    }

    /** Answers a request; too late is a dead letter. */
    void answer(AgentCell cell, PendingAsk ask, Object reply) {
        Objects.requireNonNull(reply, "payload");
        ask.use(cell.taint());
        TurnBuffer buffer = cell.turnBuffer();
        if (buffer != null) {
            buffer.whenCommitted(
                    () -> { // what is not stored is not said to be done
                        if (!ask.answer(reply)) {
                            // Not on the thread of the store: the number of a message may have to be waited for, from
                            // the store.
                            kernel.callbacks.execute(() -> tooLate(cell, ask, reply));
                        }
                    });
        } else if (!ask.answer(reply)) {
            tooLate(cell, ask, reply);
        }
    }

    private void tooLate(AgentCell cell, PendingAsk ask, Object reply) {
        Message late = kernel.post.write(cell, ask.message.sender(), reply, ask.message);
        kernel.post.dead(late, DeadLetter.Reason.LATE_REPLY, "the ask " + ask.message.id() + " was over");
    }

    /** Tells everyone who waits for an answer of an agent that there will be none. */
    void failAll(AgentCell cell, ErrorCode code, String problem, @Nullable Throwable cause) {
        Set<String> taint = cell.taint(); // what it failed of may quote anything
        if (cell.inHand() instanceof PendingAsk ask) {
            ask.taint(taint);
            ask.fail(code, problem, cause);
        }
        Details details = cell.detailsIfAny();
        Map<Long, PendingAsk> open = details == null ? null : details.openRequests;
        if (open != null) {
            open.values().forEach(ask -> {
                ask.taint(taint);
                ask.fail(code, problem, cause);
            });
            open.clear();
        }
    }
}
