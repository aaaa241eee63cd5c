package dev.agentos.isolated.child;

import dev.agentos.api.error.AskException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.isolated.wire.Payloads;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes messages of what the host says, and knows by which numbers the host knows them. Thread-safe. */
final class Mail {
    /** As many as the host remembers. */
    private static final int MOST = 4_096;

    private final JsonProvider json;
    private final ClassLoader agent;
    /** By the id of the message. Guarded by itself. */
    private final Map<Long, Long> numbers = new LinkedHashMap<>();

    Mail(JsonProvider json, ClassLoader agent) {
        this.json = json;
        this.agent = agent;
    }

    Message message(RemoteContext context, JsonValue said) {
        Map<String, String> headers = new LinkedHashMap<>();
        said.at("headers").asObject().members().forEach((name, value) -> headers.put(name, value.text()));
        var message = new Message(
                said.at("id").number().longValueExact(),
                Address.of(said.at("sender").text()),
                Address.of(said.at("recipient").text()),
                said.at("type").text(),
                Payloads.in(json, said.at("payload").asObject(), this::value),
                said.at("correlation").number().longValueExact(),
                said.at("causation").number().longValueExact(),
                Instant.parse(said.at("time").text()),
                headers,
                context.grants(said.at("grants")));
        synchronized (numbers) {
            if (numbers.size() >= MOST) {
                var oldest = numbers.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            numbers.put(message.id(), said.at("message").number().longValueExact());
        }
        return message;
    }

    long number(Message message) {
        synchronized (numbers) {
            Long number = numbers.get(message.id());
            if (number == null) {
                throw new IllegalArgumentException(
                        "message " + message.id() + " is none of the last " + MOST + " that this agent received");
            }
            return number;
        }
    }

    /** Returns an answer as it was asked for. */
    <R> R answer(Address from, JsonObject said, Class<R> reply) {
        Object answer = Payloads.in(json, said, this::value);
        if (!reply.isInstance(answer) && answer instanceof JsonValue value) {
            return json.fromJson(value, reply);
        }
        if (!reply.isInstance(answer)) {
            String problem = "answered with a " + answer.getClass().getName() + ", expected a " + reply.getName();
            throw new AskException(ErrorCode.ASK_FAILED, from, problem, null);
        }
        return reply.cast(answer);
    }

    /** {@return the record or enum of a name in the agent's jar; null if there is none, and the payload stays JSON} */
    private @Nullable Class<?> value(String name) {
        try {
            Class<?> type = Class.forName(name, false, agent);
            return type.isRecord() && !JsonValue.class.isAssignableFrom(type) || type.isEnum() ? type : null;
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
