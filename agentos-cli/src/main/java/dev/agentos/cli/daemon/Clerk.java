package dev.agentos.cli.daemon;

import dev.agentos.api.AgentContext;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Does what messages tell it, with its own grants and no others: a way to try rights, memories and topics from a shell. Whoever asks gets
 * what came of it. Anything else that it is told, it logs.
 */
final class Clerk implements ReactiveAgent {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int HITS = 5;

    /** What an order may have beside its verb. */
    private static final Set<String> DETAILS =
            Set.of("in", "value", "payload", "limit", "arguments", "with", "grant", "capability");

    /** Those that it has used: one that was taken back meanwhile is refused by the gate, rather than forgotten here. */
    private final Map<Long, Grant> used = new HashMap<>();

    @Override
    public void onMessage(Message message, AgentContext ctx) {
        JsonValue answer = new Order(message, ctx).obey(Plain.json(message.payload()));
        if (ctx.isAsked(message)) {
            ctx.reply(message, answer);
        }
    }

    /** One message, as the order that it may be. */
    private final class Order {
        private final Message message;
        private final AgentContext ctx;

        Order(Message message, AgentContext ctx) {
            this.message = message;
            this.ctx = ctx;
        }

        private JsonValue obey(JsonValue payload) {
            if (payload instanceof JsonObject order) {
                List<String> verbs = order.members().keySet().stream()
                        .filter(name -> !DETAILS.contains(name))
                        .toList();
                if (verbs.size() == 1 && order.at(verbs.getFirst()) instanceof JsonString(String object)) {
                    return perform(verbs.getFirst(), object, order);
                }
            }
            return hear(payload);
        }

        private JsonValue perform(String verb, String object, JsonObject order) {
            return switch (verb) {
                case "remember" ->
                    document("id", memory(order).longTerm().remember(object).toString());
                case "recall" -> recall(object, order);
                case "put" -> document("version", memory(order).working().put(object, detail(order, "value")));
                case "get" ->
                    memory(order)
                            .working()
                            .get(object, JsonValue.class)
                            .map(value -> document("value", value))
                            .orElse(JsonObject.EMPTY);
                case "tell" -> tell(object, order);
                case "ask" -> Plain.json(ctx.ask(Address.of(object), detail(order, "payload"), Object.class, PATIENCE));
                case "call" -> call(object, order);
                case "lend" -> lend(object, order);
                case "rights" -> rights(object);
                case "publish" -> document("subscribers", ctx.publish(object, detail(order, "payload")));
                default -> hear(order);
            };
        }

        private JsonValue recall(String text, JsonObject order) {
            int limit = order.has("limit") ? order.at("limit").number().intValueExact() : HITS;
            return hits(memory(order), Recall.of(text, limit));
        }

        private JsonValue tell(String to, JsonObject order) {
            ctx.send(Address.of(to), detail(order, "payload"));
            return document("told", to);
        }

        /** Calls a tool, with one grant if the order names one. */
        private JsonValue call(String tool, JsonObject order) {
            AgentContext acting = order.has("with") ? ctx.with(grant(order, "with")) : ctx;
            Map<String, JsonValue> arguments =
                    order.has("arguments") ? order.at("arguments").asObject().members() : Map.of();
            return acting.tools().call(tool, arguments).value();
        }

        private JsonValue lend(String to, JsonObject order) {
            Grant mine = grant(order, "grant");
            Grant lent = order.has("capability")
                    ? ctx.capabilities()
                            .delegate(
                                    mine,
                                    Capability.parse(order.at("capability").text()),
                                    Address.of(to))
                    : ctx.capabilities().delegate(mine, Address.of(to));
            return document("lent", lent.id());
        }

        private JsonValue rights(String which) {
            List<Grant> grants = switch (which) {
                case "held" -> ctx.capabilities().held();
                case "lent" -> ctx.capabilities().lent();
                default -> throw new IllegalArgumentException("rights are 'held' or 'lent', not '" + which + "'");
            };
            return JsonValue.of(grants.stream()
                    .map(grant -> JsonObject.builder()
                            .put("grant", grant.id())
                            .put("capability", grant.capability().toString())
                            .build())
                    .toList());
        }

        private Grant grant(JsonObject order, String name) {
            long id = detail(order, name).number().longValueExact();
            return Stream.concat(ctx.capabilities().held().stream(), ctx.capabilities().lent().stream())
                    .filter(grant -> grant.id() == id)
                    .findFirst()
                    .or(() -> Optional.ofNullable(used.get(id)))
                    .map(grant -> {
                        used.put(id, grant);
                        return grant;
                    })
                    .orElseThrow(() -> new IllegalArgumentException("it has no grant " + id));
        }

        private JsonValue hear(JsonValue what) {
            String from = message.sender().path();
            String topic = message.headers().get(Message.TOPIC);
            ctx.log("{} says {}", topic == null ? from : from + " on " + topic, what);
            return document("heard", what);
        }

        private Memory memory(JsonObject order) {
            return order.has("in") ? ctx.memory(order.at("in").text()) : ctx.memory();
        }
    }

    /** {@return what a search finds, best first} */
    static JsonValue hits(Memory memory, Recall question) {
        return JsonValue.of(memory.longTerm().recall(question).stream()
                .map(hit -> JsonObject.builder()
                        .put("text", hit.text())
                        .put("score", hit.score())
                        .build())
                .toList());
    }

    private static JsonValue detail(JsonObject order, String name) {
        return order.get(name)
                .orElseThrow(() -> new IllegalArgumentException("the order has no '" + name + "': " + order));
    }

    private static JsonObject document(String name, Object value) {
        return JsonObject.builder().put(name, value).build();
    }
}
