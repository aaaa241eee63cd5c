package dev.agentos.isolated.child;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentId;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Limit;
import dev.agentos.api.Registration;
import dev.agentos.api.Start;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capabilities;
import dev.agentos.api.security.Grant;
import dev.agentos.api.tool.Tools;
import dev.agentos.isolated.wire.Payloads;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The system calls of an isolated agent: each is a question to the host, which performs it as this agent. Threads of the agent
 * may share it: they ask one after the other.
 */
final class RemoteContext implements AgentContext {
    private final Connection host;
    private final Mail mail;
    private final JsonObject hello;
    /** With which rights; empty for all that the agent has. */
    private final List<Grant> only;

    RemoteContext(Connection host, Mail mail, JsonObject hello, List<Grant> only) {
        this.host = host;
        this.mail = mail;
        this.hello = hello;
        this.only = only;
    }

    Connection host() {
        return host;
    }

    JsonValue ask(JsonObject.Builder question) {
        if (!only.isEmpty()) {
            question.put("with", Connection.numbers(only));
        }
        return host.ask(question);
    }

    List<Grant> grants(JsonValue said) {
        return said.asArray().elements().stream()
                .<Grant>map(each -> new RemoteGrant(host, each))
                .toList();
    }

    // ---- itself

    @Override
    public AgentId id() {
        return AgentId.parse(hello.at("agent").text());
    }

    @Override
    public Start start() {
        return Start.valueOf(hello.at("start").text());
    }

    @Override
    public <T> T param(String key, Class<T> type) {
        return optionalParam(key, type)
                .orElseThrow(() -> new IllegalArgumentException("agent " + id() + " has no parameter '" + key
                        + "'; it has " + hello.at("params").asObject().members().keySet()));
    }

    @Override
    public <T> Optional<T> optionalParam(String key, Class<T> type) {
        return hello.at("params")
                .asObject()
                .get(Objects.requireNonNull(key, "key"))
                .map(value -> host.json().fromJson(value, type));
    }

    @Override
    public void result(@Nullable Object value) {
        JsonObject.Builder question = Connection.call("result");
        ask(value == null ? question : question.put("payload", out(value)));
    }

    @Override
    public void complete() {
        ask(Connection.call("complete"));
    }

    @Override
    public Capabilities capabilities() {
        return new RemoteCapabilities(this);
    }

    @Override
    public AgentContext with(Grant first, Grant... more) {
        var grants = new ArrayList<Grant>();
        grants.add(RemoteGrant.of(first));
        for (Grant each : more) {
            grants.add(RemoteGrant.of(each));
        }
        return new RemoteContext(host, mail, hello, List.copyOf(grants));
    }

    // ---- mail

    private JsonObject out(Object payload) {
        return Payloads.out(host.json(), payload);
    }

    /** Says that messages are handled one after the other. */
    void beginTurns() {
        ask(Connection.call("mail.turns"));
    }

    /**
     * Ends the turn, and waits for the message of the next one.
     *
     * @param finished false if a stop has ended the turn
     */
    Message nextTurn(boolean finished) {
        return mail.message(this, ask(Connection.call("mail.next").put("finished", finished)));
    }

    @Override
    public Message receive() {
        return mail.message(this, ask(Connection.call("mail.receive")));
    }

    @Override
    public Optional<Message> receive(Duration limit) {
        JsonValue message = ask(Connection.call("mail.receive").put("limit", limit.toString()));
        return message.isNull() ? Optional.empty() : Optional.of(mail.message(this, message));
    }

    @Override
    public void send(Address to, Object payload) {
        ask(Connection.call("mail.send").put("to", to.path()).put("payload", out(payload)));
    }

    @Override
    public void send(Address to, Object payload, Grant... lent) {
        ask(Connection.call("mail.send")
                .put("to", to.path())
                .put("payload", out(payload))
                .put("lent", Connection.numbers(List.of(lent))));
    }

    @Override
    public <R> R ask(Address to, Request<R> request, Duration limit) {
        return ask(to, request, request.replyType(), limit);
    }

    @Override
    public <R> R ask(Address to, Object request, Class<R> reply, Duration limit) {
        JsonValue answer = ask(Connection.call("mail.ask")
                .put("to", to.path())
                .put("payload", out(request))
                .put("limit", limit.toString()));
        return mail.answer(to, answer.asObject(), reply);
    }

    @Override
    public <R> R ask(Address to, Request<R> request, Duration limit, Grant... lent) {
        if (lent.length == 0) {
            return ask(to, request, limit);
        }
        throw new UnsupportedOperationException(
                "an isolated agent lends grants by send(to, payload, grants), not by ask: its request has no class in the"
                        + " host");
    }

    @Override
    public <R> CompletionStage<R> askAsync(Address to, Request<R> request, Duration limit) {
        throw new UnsupportedOperationException(
                "an isolated agent asks one thing at a time: ask, or send and receive the answer as a message");
    }

    @Override
    public int broadcast(AgentSelector to, Object payload) {
        JsonObject.Builder labels = JsonObject.builder();
        to.labels().forEach(labels::put);
        return number(ask(Connection.call("mail.broadcast")
                .put("pattern", to.pattern())
                .put("labels", labels.build())
                .put("payload", out(payload))));
    }

    @Override
    public int publish(String topic, Object payload) {
        return number(ask(Connection.call("mail.publish").put("topic", topic).put("payload", out(payload))));
    }

    private static int number(JsonValue value) {
        return value.number().intValueExact();
    }

    @Override
    public Registration subscribe(String topicPattern) {
        return registered(Connection.call("mail.subscribe").put("topic", topicPattern));
    }

    private Registration registered(JsonObject.Builder question) {
        JsonValue number = ask(question);
        return () -> ask(Connection.call("time.close").put("registration", number));
    }

    @Override
    public void reply(Message request, Object payload) {
        ask(about("mail.reply", request).put("payload", out(payload)));
    }

    @Override
    public boolean isAsked(Message message) {
        return ask(about("mail.isAsked", message)).bool();
    }

    @Override
    public void refuse(Message request, String reason) {
        ask(about("mail.refuse", request).put("reason", reason));
    }

    @Override
    public void unhandled(Message message) {
        ask(about("mail.unhandled", message));
    }

    private JsonObject.Builder about(String call, Message message) {
        return Connection.call(call).put("message", mail.number(message));
    }

    // ---- time

    @Override
    public Registration after(Duration delay, Object payload) {
        return registered(
                Connection.call("time.after").put("delay", delay.toString()).put("payload", out(payload)));
    }

    @Override
    public Registration every(Duration period, Object payload) {
        return registered(
                Connection.call("time.every").put("period", period.toString()).put("payload", out(payload)));
    }

    @Override
    public void sleep(Duration time) {
        ask(Connection.call("time.sleep").put("time", time.toString()));
    }

    @Override
    public Clock clock() {
        return new RemoteClock(host, java.time.ZoneOffset.UTC);
    }

    @Override
    public RandomGenerator random() {
        return () -> ask(Connection.call("random")).number().longValueExact();
    }

    // ---- the world

    @Override
    public Memory memory() {
        return new RemoteMemory(this, "");
    }

    @Override
    public Memory memory(String namespace) {
        return new RemoteMemory(this, namespace);
    }

    @Override
    public void checkpoint(Record state) {
        ask(Connection.call("checkpoint").put("state", host.json().toJson(state)));
    }

    @Override
    public <T extends Record> Optional<T> restored(Class<T> type) {
        JsonValue state = ask(Connection.call("restored"));
        return state.isNull() ? Optional.empty() : Optional.of(host.json().fromJson(state, type));
    }

    @Override
    public Tools tools() {
        return new RemoteTools(this);
    }

    @Override
    public void emit(Record event) {
        emit(event.getClass().getName().replace('$', '.'), event);
    }

    @Override
    public void emit(String type, Record event) {
        ask(Connection.call("emit").put("type", type).put("fact", host.json().toJson(event)));
    }

    @Override
    public void log(String message, @Nullable Object... args) {
        ask(Connection.call("log")
                .put("message", message)
                .put("arguments", Arrays.stream(args).map(String::valueOf).toList()));
    }

    @Override
    public void charge(Limit limit, BigDecimal amount) {
        ask(Connection.call("charge").put("limit", limit).put("amount", amount));
    }

    @Override
    public <T> List<T> parallel(List<? extends Callable<? extends T>> parts) {
        return Parallel.run(List.copyOf(parts));
    }

    @Override
    public AgentHandle spawn(AgentSpec child) {
        throw new UnsupportedOperationException(
                "an isolated agent spawns nothing yet: declare its children in its spec, or ask an agent that may");
    }

    @Override
    public List<AgentHandle> children() {
        throw new UnsupportedOperationException("handles carry authority and do not cross to an isolated agent");
    }

    @Override
    public <T> T perform(Action action, Callable<T> effect) {
        throw new UnsupportedOperationException(
                "the gate cannot see what runs in the process of an isolated agent: call a tool of the host instead of "
                        + action);
    }
}
