package dev.agentos.isolated;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.Limit;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.IsolatedLife;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.isolated.wire.Payloads;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Does what a process asks for, through the context of its agent: every frame is one call of it, no more and no less. Used by the
 * agent's thread.
 */
final class Requests {
    /** What a wire number says when there is nothing to say. */
    private static final JsonValue NOTHING = JsonNull.NULL;

    private final IsolatedLife life;
    private final AgentContext whole;
    private final JsonProvider json;
    private final Handles handles = new Handles();
    private final RightsRequests rights;
    private final MemoryRequests memory;
    private final ToolRequests tools;
    /** Whether it handles one message after the other, and has turns. */
    private boolean reactive;
    /** Whether a call of the turn was ended by a stop. */
    private boolean stopped;

    /** What an isolated agent has kept of its state. */
    record Kept(JsonValue state) {}

    /** What an isolated agent states: a record of its own, which this JVM has no class for. */
    record Stated(JsonValue fact) {}

    Requests(IsolatedLife life) {
        this.life = life;
        this.whole = life.context();
        this.json = life.json();
        this.rights = new RightsRequests(handles);
        this.memory = new MemoryRequests(json);
        this.tools = new ToolRequests(json);
    }

    /**
     * Does it, and returns what comes of it.
     *
     * @throws Violation if no agent asks for such a thing
     */
    JsonValue perform(Asked asked) {
        AgentContext context = context(asked);
        int dot = asked.call().indexOf('.');
        return switch (dot < 0 ? "" : asked.call().substring(0, dot)) {
            case "memory" -> memory.perform(asked, context);
            case "rights" -> rights.perform(asked, context.capabilities());
            case "tools" -> tools.perform(asked, context.tools());
            case "mail" -> mail(asked, context);
            case "time" -> time(asked, context);
            default -> itself(asked, context);
        };
    }

    /** A call was ended by a stop, as the process is told now. */
    void stopped() {
        stopped = true;
    }

    /** With all of its rights, or with a few. */
    private AgentContext context(Asked asked) {
        List<Grant> only = handles.grants(asked.numbers("with"));
        if (only.isEmpty()) {
            return whole;
        }
        return whole.with(only.getFirst(), only.subList(1, only.size()).toArray(Grant[]::new));
    }

    // ---- itself

    private JsonValue itself(Asked asked, AgentContext context) {
        switch (asked.call()) {
            case "log" ->
                context.log(asked.text("message"), asked.texts("arguments").toArray());
            case "result" -> context.result(asked.has("payload") ? payload(asked) : null);
            case "complete" -> context.complete();
            case "charge" -> charge(asked, context);
            case "emit" -> context.emit(asked.text("type"), new Stated(asked.value("fact")));
            case "checkpoint" -> context.checkpoint(new Kept(asked.value("state")));
            case "restored" -> {
                return context.restored(Kept.class).map(Kept::state).orElse(NOTHING);
            }
            case "random" -> {
                return JsonValue.of(context.random().nextLong());
            }
            default -> throw new Violation("nobody knows a call '" + Asked.shown(asked.call()) + "'");
        }
        return NOTHING;
    }

    private static void charge(Asked asked, AgentContext context) {
        if (!(asked.value("amount") instanceof JsonNumber(var amount))) {
            throw new Violation("'charge' without a number named 'amount'");
        }
        context.charge(limit(asked.text("limit")), amount);
    }

    private static Limit limit(String name) {
        for (Limit limit : Limit.values()) {
            if (limit.name().equals(name)) {
                return limit;
            }
        }
        throw new Violation("nobody knows a limit '" + Asked.shown(name) + "'");
    }

    // ---- time

    private JsonValue time(Asked asked, AgentContext context) {
        switch (asked.call()) {
            case "time.now" -> {
                return JsonValue.of(context.clock().instant().toString());
            }
            case "time.sleep" -> context.sleep(asked.duration("time"));
            case "time.after" -> {
                return JsonValue.of(handles.ofOnce(context.after(asked.duration("delay"), payload(asked))));
            }
            case "time.every" -> {
                return JsonValue.of(handles.ofLasting(context.every(asked.duration("period"), payload(asked))));
            }
            case "time.close" -> handles.close(asked.number("registration"));
            default -> throw new Violation("nobody knows a call '" + Asked.shown(asked.call()) + "'");
        }
        return NOTHING;
    }

    // ---- mail

    private JsonValue mail(Asked asked, AgentContext context) {
        switch (asked.call()) {
            case "mail.receive" -> {
                Duration limit = asked.optionalDuration("limit");
                requireWholeLife();
                return receive(context, () -> limit == null ? Optional.of(context.receive()) : context.receive(limit));
            }
            case "mail.turns" -> {
                if (reactive) {
                    throw new Violation("it says twice that it has turns");
                }
                reactive = true;
                life.reactive();
            }
            case "mail.next" -> {
                if (!reactive) {
                    throw new Violation("a turn, of a process that has none");
                }
                boolean finished = asked.flag("finished");
                if (!finished && !stopped) {
                    throw new Violation("it says that its turn was stopped, and it was not");
                }
                stopped = false;
                return receive(context, new Turns(finished));
            }
            case "mail.send" ->
                context.send(
                        Address.of(asked.text("to")),
                        payload(asked),
                        lent(asked).toArray(Grant[]::new));
            case "mail.ask" -> {
                return ask(asked, context);
            }
            case "mail.reply" -> context.reply(message(asked), payload(asked));
            case "mail.refuse" -> context.refuse(message(asked), asked.text("reason"));
            case "mail.unhandled" -> context.unhandled(message(asked));
            case "mail.isAsked" -> {
                return JsonValue.of(context.isAsked(message(asked)));
            }
            case "mail.broadcast" -> {
                return JsonValue.of(context.broadcast(selector(asked), payload(asked)));
            }
            case "mail.publish" -> {
                return JsonValue.of(context.publish(asked.text("topic"), payload(asked)));
            }
            case "mail.subscribe" -> {
                return JsonValue.of(handles.ofLasting(context.subscribe(asked.text("topic"))));
            }
            default -> throw new Violation("nobody knows a call '" + Asked.shown(asked.call()) + "'");
        }
        return NOTHING;
    }

    private List<Grant> lent(Asked asked) {
        return handles.grants(asked.numbers("lent"));
    }

    private Message message(Asked asked) {
        return handles.message(asked.number("message"));
    }

    private JsonValue ask(Asked asked, AgentContext context) {
        Object answer =
                context.ask(Address.of(asked.text("to")), payload(asked), Object.class, asked.duration("limit"));
        return Payloads.out(json, answer);
    }

    private static AgentSelector selector(Asked asked) {
        Map<String, String> labels = new LinkedHashMap<>();
        asked.object("labels").members().forEach((name, value) -> {
            if (!(value instanceof JsonString(var text))) {
                throw new Violation("a label that is no text");
            }
            labels.put(name, text);
        });
        return new AgentSelector(asked.text("pattern"), labels);
    }

    private Object payload(Asked asked) {
        JsonObject crossed = asked.object("payload");
        if (!(crossed.members().get("type") instanceof JsonString) || !crossed.has("value")) {
            throw new Violation("a payload without a type or a value");
        }
        return Payloads.in(json, crossed, null);
    }

    private void requireWholeLife() {
        if (reactive) {
            throw new IllegalStateException(
                    "agent " + whole.id() + " cannot receive here: only a 'run' agent can, and no part of it");
        }
    }

    /** The messages of a reactive agent, the first of which ends the turn that it is in. */
    private final class Turns implements Supplier<Optional<Message>> {
        private boolean finished;

        Turns(boolean finished) {
            this.finished = finished;
        }

        @Override
        public Optional<Message> get() {
            boolean before = finished;
            finished = true;
            return Optional.of(life.nextTurn(before));
        }
    }

    /** What cannot cross is given up here, as by an agent that does not understand it. */
    private JsonValue receive(AgentContext context, Supplier<Optional<Message>> mail) {
        while (true) {
            Optional<Message> message = mail.get();
            if (message.isEmpty()) {
                return NOTHING;
            }
            try {
                return out(message.get());
            } catch (JsonException noJson) {
                context.log(
                        "a {} cannot cross to the process: {}", message.get().type(), noJson.getMessage());
                context.unhandled(message.get());
            }
        }
    }

    private JsonObject out(Message message) {
        JsonObject payload = Payloads.out(json, message.payload());
        JsonObject.Builder headers = JsonObject.builder();
        message.headers().forEach(headers::put);
        return JsonObject.builder()
                .put("message", handles.of(message))
                .put("id", message.id())
                .put("sender", message.sender().path())
                .put("recipient", message.recipient().path())
                .put("type", message.type())
                .put("payload", payload)
                .put("correlation", message.correlation())
                .put("causation", message.causation())
                .put("time", message.time().toString())
                .put("headers", headers.build())
                .put(
                        "grants",
                        new JsonArray(message.grants().stream()
                                .<JsonValue>map(rights::out)
                                .toList()))
                .build();
    }
}
