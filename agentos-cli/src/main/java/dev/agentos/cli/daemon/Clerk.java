package dev.agentos.cli.daemon;

import dev.agentos.api.AgentContext;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Does what messages tell it, with its own grants and no others: a way to try rights, memories and topics from a shell. Whoever asks gets
 * what came of it. Anything else that it is told, it logs.
 */
final class Clerk {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int HITS = 5;

    /** What an order may have beside its verb. */
    private static final Set<String> DETAILS = Set.of("in", "value", "payload", "limit");

    private final Message message;
    private final AgentContext ctx;

    private Clerk(Message message, AgentContext ctx) {
        this.message = message;
        this.ctx = ctx;
    }

    /** Handles one message. */
    static void handle(Message message, AgentContext ctx) {
        JsonValue answer = new Clerk(message, ctx).obey(Plain.json(message.payload()));
        if (ctx.isAsked(message)) {
            ctx.reply(message, answer);
        }
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
            case "publish" -> document("subscribers", ctx.publish(object, detail(order, "payload")));
            default -> hear(order);
        };
    }

    private JsonValue recall(String text, JsonObject order) {
        int limit = order.has("limit") ? order.at("limit").number().intValueExact() : HITS;
        return hits(memory(order), Recall.of(text, limit));
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

    private JsonValue tell(String to, JsonObject order) {
        ctx.send(Address.of(to), detail(order, "payload"));
        return document("told", to);
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

    private static JsonValue detail(JsonObject order, String name) {
        return order.get(name)
                .orElseThrow(() -> new IllegalArgumentException("the order has no '" + name + "': " + order));
    }

    private static JsonObject document(String name, Object value) {
        return JsonObject.builder().put(name, value).build();
    }
}
