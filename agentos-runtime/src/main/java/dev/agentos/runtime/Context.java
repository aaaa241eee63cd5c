package dev.agentos.runtime;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentId;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Limit;
import dev.agentos.api.Registration;
import dev.agentos.api.Start;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.MailboxFullException;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capabilities;
import dev.agentos.api.security.Grant;
import dev.agentos.api.tool.Tools;
import dev.agentos.runtime.event.EventTypes;
import dev.agentos.runtime.gate.Actor;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The system calls of one instance of an agent. Each crosses first: on the agent's own threads only, held while it is paused. */
final class Context implements AgentContext {
    /** One logger for all: a logger is never forgotten, and agents come and go by the million. */
    private static final Logger log = LoggerFactory.getLogger("agent");

    /** The thread of the timers is everybody's. */
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(1);

    private final AgentCell cell;
    /** With which of its rights: the agent, or a {@link Bearer} of it. */
    private final Actor actor;

    Context(AgentCell cell) {
        this(cell, cell);
    }

    private Context(AgentCell cell, Actor actor) {
        this.cell = cell;
        this.actor = actor;
    }

    // ---- itself

    @Override
    public AgentId id() {
        return cell.id;
    }

    @Override
    public Start start() {
        if (Life.isRestart(cell)) {
            return Start.RESTARTED;
        }
        return cell.durable != null && cell.durable.revived != null ? Start.ACTIVATED : Start.FIRST;
    }

    @Override
    public <T> T param(String key, Class<T> type) {
        return optionalParam(key, type)
                .orElseThrow(() -> new IllegalArgumentException("agent " + cell.id + " has no parameter '" + key
                        + "'; it has " + cell.spec.params().keySet()));
    }

    @Override
    public <T> Optional<T> optionalParam(String key, Class<T> type) {
        cell.crossing();
        Object value = cell.spec.params().get(Objects.requireNonNull(key, "key"));
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException("parameter '" + key + "' of agent " + cell.id + " is a "
                    + value.getClass().getName() + ", not a " + type.getName());
        }
        return Optional.ofNullable(type.cast(value));
    }

    @Override
    public void result(@Nullable Object value) {
        cell.crossing();
        cell.details().result = value;
    }

    @Override
    public void complete() {
        cell.crossing();
        cell.kernel.control.completeByItself(cell);
    }

    @Override
    public Capabilities capabilities() {
        cell.crossing();
        return new LocalCapabilities(cell, actor);
    }

    @Override
    public AgentContext with(Grant first, Grant... more) {
        cell.crossing();
        var only = new ArrayList<Grant>(List.of(more));
        only.addFirst(Objects.requireNonNull(first, "first"));
        return new Context(cell, new Bearer(cell, only));
    }

    // ---- mail

    @Override
    public Message receive() {
        return Receiving.next(cell, null).orElseThrow();
    }

    @Override
    public Optional<Message> receive(Duration limit) {
        return Receiving.next(cell, Objects.requireNonNull(limit, "limit"));
    }

    @Override
    public void send(Address to, Object payload) {
        cell.crossing();
        cell.kernel.gate.allowSend(actor, to);
        try {
            cell.kernel.post.sendFrom(cell, to, payload);
        } catch (MailboxFullException full) {
            cell.checkStopped(); // a termination has interrupted the wait for room
            throw full;
        }
    }

    @Override
    public void send(Address to, Object payload, Grant... lent) {
        if (lent.length == 0) {
            send(to, payload);
            return;
        }
        cell.crossing();
        Post.requireValue(payload);
        cell.kernel.gate.allowSend(actor, to);
        List<Grant> derived = cell.kernel.rights.lend(actor, List.of(lent), to);
        try {
            cell.kernel.post.sendLending(cell, to, payload, derived);
        } catch (RuntimeException | Error notDelivered) {
            cell.kernel.rights.undo(actor, derived);
            cell.checkStopped();
            throw notDelivered;
        }
    }

    @Override
    public <R> R ask(Address to, Request<R> request, Duration limit) {
        return ask(to, request, request.replyType(), limit);
    }

    @Override
    public <R> R ask(Address to, Request<R> request, Duration limit, Grant... lent) {
        if (lent.length == 0) {
            return ask(to, request, request.replyType(), limit);
        }
        requireOther(to);
        Objects.requireNonNull(request, "request");
        cell.kernel.gate.allowSend(actor, to);
        List<Grant> derived = cell.kernel.rights.lend(actor, List.of(lent), to);
        var question = new Asks.Question(to, request, request.replyType(), limit, derived);
        return request.replyType().cast(cell.kernel.asks.ask(cell, null, question));
    }

    private void requireOther(Address to) {
        cell.crossing();
        if (to.equals(cell.address())) {
            throw new AskException(ErrorCode.ASK_FAILED, to, "an agent cannot wait for its own answer", null);
        }
    }

    @Override
    public <R> R ask(Address to, Object request, Class<R> reply, Duration limit) {
        requireOther(to);
        cell.kernel.gate.allowSend(actor, to);
        return reply.cast(cell.kernel.asks.ask(cell, null, new Asks.Question(to, request, reply, limit)));
    }

    @Override
    public void reply(Message request, Object payload) {
        cell.crossing();
        Objects.requireNonNull(payload, "payload");
        PendingAsk ask = cell.kernel.asks.take(cell, request);
        if (ask != null) {
            if (ask.isOpen()) { // before it is: the asker may look at once
                cell.kernel.post.answered(cell, request, payload);
            }
            cell.kernel.asks.answer(cell, ask, payload);
        } else if (request.sender().isAgent()) {
            cell.kernel.gate.allowSend(actor, request.sender());
            cell.kernel.post.sendAs(cell, request.sender(), payload, request);
        } else { // whoever is no agent has no mailbox
            Message answer = cell.kernel.post.write(cell, request.sender(), payload, request);
            cell.kernel.post.dead(
                    answer, DeadLetter.Reason.UNKNOWN_RECIPIENT, "'" + request.sender() + "' did not ask");
        }
    }

    @Override
    public boolean isAsked(Message message) {
        cell.crossing();
        return cell.kernel.asks.isOpen(cell, message);
    }

    @Override
    public void refuse(Message request, String reason) {
        giveUp(request, "refused: " + Objects.requireNonNull(reason, "reason"));
    }

    @Override
    public void unhandled(Message message) {
        giveUp(message, "agent " + cell.id + " does not handle " + message.type());
    }

    private void giveUp(Message message, String detail) {
        cell.crossing();
        PendingAsk ask = cell.kernel.asks.take(cell, message);
        if (ask != null) {
            ask.use(cell.taint());
        } else if (!message.recipient().equals(cell.address())) {
            throw new IllegalArgumentException("message " + message.id() + " was for '" + message.recipient()
                    + "', so '" + cell.address() + "' has nothing to refuse");
        }
        Object mail = ask != null ? ask : message;
        TurnBuffer buffer = cell.turnBuffer();
        if (buffer == null) {
            cell.kernel.post.undelivered(mail, DeadLetter.Reason.UNHANDLED, detail);
        } else {
            buffer.whenCommitted(() -> cell.kernel.callbacks.execute(
                    () -> cell.kernel.post.undelivered(mail, DeadLetter.Reason.UNHANDLED, detail)));
        }
    }

    // ---- time

    @Override
    public Registration after(Duration delay, Object payload) {
        cell.crossing();
        Objects.requireNonNull(payload, "payload");
        Map<String, String> headers = Taint.headers(cell);
        return AgentTimer.after(cell, Times.length(delay), () -> cell.kernel.post.remind(cell, payload, headers))
                ::cancel;
    }

    @Override
    public Registration every(Duration period, Object payload) {
        cell.crossing();
        Objects.requireNonNull(payload, "payload");
        if (period.compareTo(SHORTEST_PERIOD) < 0) {
            throw new IllegalArgumentException("a period is at least " + SHORTEST_PERIOD + ": " + period);
        }
        Map<String, String> headers = Taint.headers(cell);
        return AgentTimer.every(cell, Times.length(period), () -> cell.kernel.post.remind(cell, payload, headers))
                ::cancel;
    }

    @Override
    public void sleep(Duration time) {
        cell.crossing();
        var over = new AtomicBoolean();
        Runnable wake = cell.wakerOfThisThread();
        AgentTimer timer = AgentTimer.after(cell, Times.length(time), () -> {
            over.set(true);
            wake.run();
        });
        try {
            cell.awaitUntil(over::get, true);
        } finally {
            timer.cancel();
        }
    }

    @Override
    public Clock clock() {
        return cell.kernel.clockOfAgents;
    }

    @Override
    public RandomGenerator random() {
        cell.crossing();
        return cell.acting().random();
    }

    // ---- the world

    @Override
    public Tools tools() {
        cell.crossing();
        return actor == cell ? cell.acting().tools() : cell.kernel.tools.of(actor);
    }

    @Override
    public void emit(Record event) {
        state(EventTypes.of(event), event);
    }

    @Override
    public void emit(String type, Record event) {
        state(EventTypes.check(type, event), event);
    }

    private void state(String type, Record event) {
        cell.kernel.gate.allow(actor, new Action("event", type, "emit", Map.of()));
        cell.kernel.events.publish(cell.id, type, event, cell.correlation());
    }

    @Override
    public void log(String message, @Nullable Object... args) {
        cell.crossing();
        say(cell, LogLine.of(message, args));
    }

    static void say(AgentCell cell, String line) {
        log.atInfo().addKeyValue("agent", cell.id.address().path()).log(LogLine.single(line));
        cell.kernel.chronicle.logged(cell, line);
    }

    @Override
    public <T> T perform(Action action, Callable<T> effect) {
        if (action.type().equals("grant")) {
            throw new IllegalArgumentException("what is done with grants is done by capabilities(): " + action);
        }
        return cell.kernel.gate.perform(actor, action, effect);
    }

    @Override
    public void charge(Limit limit, BigDecimal amount) {
        cell.kernel.gate.charge(cell, limit, amount);
    }

    @Override
    public <T> List<T> parallel(List<? extends Callable<? extends T>> parts) {
        cell.crossing();
        return cell.kernel.parts.run(cell, List.copyOf(parts));
    }

    // ---- children

    @Override
    public AgentHandle spawn(AgentSpec child) {
        return new Handle(cell.kernel, cell.kernel.spawner.spawn(actor, cell, child), cell);
    }

    @Override
    public List<AgentHandle> children() {
        cell.crossing();
        return cell.kernel.family.children(cell).stream()
                .<AgentHandle>map(child -> new Handle(cell.kernel, child, cell))
                .toList();
    }

    @Override
    public <R> CompletionStage<R> askAsync(Address to, Request<R> request, Duration limit) {
        cell.crossing();
        cell.kernel.gate.allowSend(actor, to);
        var question = new Asks.Question(to, request, request.replyType(), limit);
        return cell.kernel
                .asks
                .askLater(cell, null, question, cell.messageInHand())
                .thenApply(request.replyType()::cast);
    }

    @Override
    public int broadcast(AgentSelector to, Object payload) {
        cell.crossing();
        return new Broadcast(cell.kernel, actor, payload, cell.messageInHand()).to(to);
    }

    @Override
    public int publish(String topic, Object payload) {
        return cell.kernel.topics.publish(actor, topic, payload, cell.messageInHand());
    }

    @Override
    public Registration subscribe(String topicPattern) {
        cell.crossing();
        return cell.kernel.topics.subscribe(cell, actor, topicPattern, true);
    }

    @Override
    public Memory memory() {
        cell.crossing();
        return cell.kernel.memories.own(new AgentHolder(cell, actor), cell.id.address());
    }

    @Override
    public Memory memory(String namespace) {
        cell.crossing();
        return cell.kernel.memories.of(new AgentHolder(cell, actor), namespace);
    }

    @Override
    public void checkpoint(Record state) {
        cell.crossing();
        Checkpoints.keep(cell, Objects.requireNonNull(state, "state"));
    }

    @Override
    public <T extends Record> Optional<T> restored(Class<T> type) {
        cell.crossing();
        return Checkpoints.restored(cell, Objects.requireNonNull(type, "type"));
    }
}
