package dev.agentos.api;

import dev.agentos.api.memory.Memory;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capabilities;
import dev.agentos.api.security.Grant;
import dev.agentos.api.tool.Tools;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an agent can do: its system calls. One per instance; it may be kept in a field, and is used on the
 * agent's own threads only (else {@link IllegalStateException}).
 *
 * <p>Every call that acts on the world crosses the gate: it may be denied ({@code DeniedException}), limited
 * ({@code LimitExceededException}), held while the agent is paused, and throws {@code AgentStopped} once the agent is
 * terminated.
 *
 * @since 0.1
 */
public interface AgentContext {
    /** {@return its address and incarnation} */
    AgentId id();

    /** {@return where it takes mail} */
    default Address self() {
        return id().address();
    }

    /** {@return why this instance was started} */
    Start start();

    /**
     * Returns a parameter of the spec.
     *
     * @throws IllegalArgumentException if it is missing or of another type
     */
    <T> T param(String key, Class<T> type);

    /** Like {@link #param}, for one that may be missing. */
    <T> Optional<T> optionalParam(String key, Class<T> type);

    /** Waits for the next message; {@code run} agents only. */
    Message receive();

    /** Waits for the next message, but not longer than this; {@code run} agents only. */
    Optional<Message> receive(Duration limit);

    /**
     * Sends a message and returns when it is in the mailbox.
     *
     * @throws dev.agentos.api.error.DeliveryException if the recipient is unknown, has ended or does not accept it
     * @throws dev.agentos.api.error.MailboxFullException if the recipient's mailbox stays full
     */
    void send(Address to, Object payload);

    /**
     * Like {@link #send(Address, Object)}, and lends the recipient grants of this agent's: each is derived for it, is one of
     * {@link Message#grants()} there and of its {@linkplain Capabilities#lent() lent} ones, and recorded as delegated.
     *
     * @throws dev.agentos.api.error.DeniedException if one is not this agent's own, has ended, or may not be handed on any
     *     more; nothing is sent
     */
    void send(Address to, Object payload, Grant... lent);

    /**
     * Sends a request and waits for its answer; an agent that asks itself gets an {@code AskException} at once.
     *
     * @throws dev.agentos.api.error.AskException if there is none: at once if it cannot come, else after the limit
     */
    <R> R ask(Address to, Request<R> request, Duration limit);

    /** Like {@link #ask(Address, Request, Duration)}, for a payload that does not say what answers it. */
    <R> R ask(Address to, Object request, Class<R> reply, Duration limit);

    /** Like {@link #ask(Address, Request, Duration)}, and lends grants as {@link #send(Address, Object, Grant...)} does. */
    <R> R ask(Address to, Request<R> request, Duration limit, Grant... lent);

    /**
     * Sends a request and goes on. To end a turn with asks still open is allowed; what hangs on the result runs on a thread of
     * the runtime, where this context cannot be used: have it complete something that the agent waits for, or
     * {@link #send send} the agent a message.
     */
    <R> CompletionStage<R> askAsync(Address to, Request<R> request, Duration limit);

    /**
     * Sends a payload to every living agent that the selector picks, itself excepted: a message each. Needs {@code send} for
     * each; one that may not be sent to is refused and recorded, and the others get theirs.
     *
     * @return how many have it in their mailbox
     */
    int broadcast(AgentSelector to, Object payload);

    /**
     * Publishes a payload to whoever has subscribed to the topic: a message each, with the header
     * {@link Message#TOPIC}. Never waits: a subscriber that is too slow loses its oldest messages, as many as its mailbox
     * would not hold, and the event {@code message.dropped} counts them; a durable one loses none but what its full mailbox
     * refuses, which are dead letters. An agent with several subscriptions that match gets it once. Needs
     * {@code topic:<name> publish}.
     *
     * @return how many subscribers there were
     */
    int publish(String topic, Object payload);

    /**
     * Receives what is published from now on to topics of a pattern, until closed, or until this instance ends. Messages of
     * one publisher come in their order within a subscription. Needs {@code topic:<pattern> subscribe}, a right to every
     * topic of the pattern, and ends with it. An agent may have 1,000 subscriptions.
     *
     * @throws IllegalArgumentException if it is no pattern of {@link dev.agentos.api.message.Topics}
     */
    Registration subscribe(String topicPattern);

    /**
     * Answers a message. To answer an ask takes no right. If it was no ask, the answer is sent to its sender as a message,
     * which takes the right to send there.
     */
    void reply(Message request, Object payload);

    /** {@return whether somebody waits for an answer to a message, so that {@link #reply} would give it} */
    boolean isAsked(Message message);

    /** Tells the asker at once that there will be no answer. */
    void refuse(Message request, String reason);

    /** Makes a message a dead letter: for the default branch of a {@code switch}. An asker is told at once. */
    void unhandled(Message message);

    /** Sends a message to itself after a delay; the time stands still while the agent is paused. */
    Registration after(Duration delay, Object payload);

    /**
     * Sends a message to itself again and again; the time stands still while the agent is paused. Ticks that the system is
     * too busy for are missed, not made up for. An agent may have set 100,000 timers.
     *
     * @throws IllegalArgumentException if the period is less than a millisecond
     */
    Registration every(Duration period, Object payload);

    /** Waits; the time stands still while the agent is paused. */
    void sleep(Duration time);

    /** {@return the time: the only clock that an agent should read} */
    Clock clock();

    /** {@return random numbers, from the runtime's seed and this agent's name: the only ones that it should use} */
    RandomGenerator random();

    /** {@return its own memory, {@code agent/<path>}} */
    Memory memory();

    /** {@return the memory of a namespace, as in {@code shared/market}} What is done with it needs the right to. */
    Memory memory(String namespace);

    /**
     * Keeps where this agent has got to; the last one counts. A durable agent is handed it back by {@link #restored} when it
     * starts again.
     */
    void checkpoint(Record state);

    /** {@return what the last {@link #checkpoint} of this agent kept, of an instance before this one too} */
    <T extends Record> Optional<T> restored(Class<T> type);

    /** {@return its view of the tools} */
    Tools tools();

    /**
     * Publishes a fact of its own; needs {@code event:<type> emit}. The type is the record's class name, dotted.
     *
     * @throws IllegalArgumentException if it is one of the facts that only the system states
     */
    void emit(Record event);

    /**
     * Like {@link #emit(Record)}, under a type of the caller's choice: dotted, as in {@code trade.filled}.
     *
     * @throws IllegalArgumentException if it is no dotted name, or its first part is one of the system's own, such as
     *     {@code agent} or {@code storage}
     */
    void emit(String type, Record event);

    /**
     * Writes a line to the log under the agent's name; {@code {}} stands for the next argument. Control characters are
     * written as escapes, and beyond 8,192 characters it is cut.
     */
    void log(String message, @Nullable Object... args);

    /** Spawns a child; each of its grants has to be within those of this agent. Needs {@code agent:<path> spawn}. */
    AgentHandle spawn(AgentSpec child);

    /** {@return its living children, in the order they were spawned} */
    List<AgentHandle> children();

    /**
     * Performs any library call through the gate: authorised, limited, recorded.
     *
     * @throws dev.agentos.api.error.ToolException with the failure of the call as its cause
     */
    <T> T perform(Action action, Callable<T> effect);

    /** Counts what only the caller knows: tokens or money. */
    void charge(Limit limit, BigDecimal amount);

    /**
     * Runs parts at the same time, on virtual threads that pause and stop with the agent; returns their results in the
     * order of the parts. If one fails, the others are interrupted and its exception is thrown.
     */
    <T> List<T> parallel(List<? extends Callable<? extends T>> parts);

    /** {@return the grants that it holds} */
    default List<Grant> grants() {
        return capabilities().held();
    }

    /** {@return what it does with its rights: those that it holds, was lent, and hands on} */
    Capabilities capabilities();

    /**
     * Returns this context as it is with one grant, or several where one action takes several rights, and no other: what a
     * request asks for is done with the right that came with it, never with those of whoever is asked.
     *
     * {@snippet :
     * void onMessage(Message message, AgentContext ctx) {
     *     var read = ctx.with(message.grants().getFirst());
     *     ctx.reply(message, read.tools().call("file.read", Map.of("path", message.payload(String.class))).text());
     * }
     * }
     *
     * <p>Through it, whatever takes a right takes one of these grants: tools, sends and asks, broadcasts, topics, memories (this
     * agent's own too), events, spawning, {@link #perform}. What an agent holds otherwise does not count, nor that it may
     * send to its parent and its children without a grant. What no agent needs a grant for goes on as ever: to receive, wait
     * and read the clock, set timers, log, answer or refuse what it was asked, keep a checkpoint, charge limits, say its
     * result and complete. A child that it spawns gets grants derived from these alone; the handle of the child acts
     * with all of the agent's rights again.
     *
     * <p>Limits, pauses and terminations are the agent's; denials and records name the agent. A grant that is not this
     * agent's, or has ended, covers nothing: each use is denied.
     */
    AgentContext with(Grant first, Grant... more);

    /** Says what its exit will carry; the last call counts. */
    void result(@Nullable Object value);

    /** Completes a reactive agent after this turn. A {@code run} agent completes by returning. */
    void complete();
}
