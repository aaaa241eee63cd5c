package dev.agentos.cli.daemon;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.StoredValue;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is sent: {@code agent.send}, {@code agent.ask}, {@code topic.*}, {@code message.*} and {@code letter.*}. */
final class MailMethods {
    /** How long an answer is waited for unless the caller says. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MOST_AT_ONCE = 1_000;
    private static final int MOST_OF_A_CONVERSATION = 10_000;

    private final AgentOS os;
    private final AgentFinder finder;

    MailMethods(AgentOS os) {
        this.os = os;
        this.finder = new AgentFinder(os);
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("agent.send", this::send);
        methods.put("agent.ask", this::ask);
        methods.put("topic.publish", this::publish);
        methods.put("message.conversation", this::conversation);
        methods.put("letter.list", this::letters);
        methods.put("letter.redeliver", this::redeliver);
    }

    private JsonObject send(RpcCall call) {
        var params = new Params(call, "agent", "payload");
        AgentHandle agent = finder.find(params.text("agent"));
        agent.send(params.any("payload"));
        return JsonObject.builder()
                .put("agent", agent.id().toString())
                .put("sent", true)
                .build();
    }

    private JsonObject ask(RpcCall call) {
        var params = new Params(call, "agent", "payload", "timeoutMillis");
        AgentHandle agent = finder.find(params.text("agent"));
        Object answer = agent.ask(params.any("payload"), Object.class, params.millis("timeoutMillis", PATIENCE));
        return JsonObject.builder()
                .put("agent", agent.id().toString())
                .put("answer", Plain.json(answer))
                .build();
    }

    private JsonObject publish(RpcCall call) {
        var params = new Params(call, "topic", "payload");
        String topic = params.text("topic");
        int subscribers = Plain.checked(() -> os.publish(topic, params.any("payload")));
        return JsonObject.builder()
                .put("topic", topic)
                .put("subscribers", subscribers)
                .build();
    }

    private JsonObject conversation(RpcCall call) {
        var params = new Params(call, "conversation", "limit");
        long conversation = params.count("conversation", -1, Long.MAX_VALUE);
        if (conversation < 0) {
            throw new Failure(Codes.PARAMS_INVALID, "message.conversation: 'conversation' is missing");
        }
        int limit = (int) Math.max(1, params.count("limit", MOST_OF_A_CONVERSATION, MOST_OF_A_CONVERSATION));
        List<JsonObject> messages = os.messages().conversation(conversation, limit).stream()
                .map(MailMethods::document)
                .toList();
        return JsonObject.builder()
                .put("conversation", conversation)
                .put("messages", messages)
                .build();
    }

    private JsonObject letters(RpcCall call) {
        var params = new Params(call, "after", "limit");
        int limit = (int) Math.max(1, params.count("limit", MOST_AT_ONCE, MOST_AT_ONCE));
        List<DeadLetter> page = os.messages().deadLetters(params.count("after", 0, Long.MAX_VALUE), limit + 1);
        boolean more = page.size() > limit;
        return JsonObject.builder()
                .put(
                        "deadLetters",
                        (more ? page.subList(0, limit) : page)
                                .stream().map(MailMethods::document).toList())
                .put("more", more)
                .build();
    }

    private JsonObject redeliver(RpcCall call) {
        long letter = new Params(call, "letter").count("letter", 0, Long.MAX_VALUE);
        Plain.checked(() -> {
            os.messages().redeliver(letter);
            return letter;
        });
        return JsonObject.builder()
                .put("letter", letter)
                .put("redelivered", true)
                .build();
    }

    private static JsonObject document(DeadLetter letter) {
        return JsonObject.builder()
                .put("sequence", letter.sequence())
                .put("time", letter.time().toString())
                .put("reason", letter.reason().name())
                .put("detail", letter.detail())
                .put("redelivered", time(letter.redelivered()))
                .put("message", document(letter.message()))
                .build();
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    private static JsonObject document(Message message) {
        Object payload = message.payload();
        return JsonObject.builder()
                .put("id", message.id())
                .put("conversation", message.correlation())
                .put("cause", message.causation())
                .put("time", message.time().toString())
                .put("from", message.sender().path())
                .put("to", message.recipient().path())
                .put("type", payload instanceof StoredValue(var type, var _) ? type : message.type())
                .put("topic", message.headers().get(Message.TOPIC))
                .put("payload", Plain.json(payload))
                .build();
    }
}
