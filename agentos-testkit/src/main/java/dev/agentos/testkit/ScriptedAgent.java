package dev.agentos.testkit;

import dev.agentos.api.AgentContext;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A reactive agent that does what a test wrote down: for each type of payload an answer or a failure. What has no line in
 * the script is unhandled. Build it, then give {@code spec.onMessage(script)} to a spec; it keeps what it was sent.
 *
 * @since 0.1
 */
public final class ScriptedAgent implements ReactiveAgent {
    private final Map<Class<?>, Step> script = new LinkedHashMap<>();
    private final List<Message> received = new CopyOnWriteArrayList<>();

    private ScriptedAgent() {}

    /** {@return an agent with an empty script} */
    public static ScriptedAgent script() {
        return new ScriptedAgent();
    }

    /** Answers payloads of this type. */
    public <P> ScriptedAgent reply(Class<P> to, Function<? super P, ?> answer) {
        return on(to, (message, ctx) -> ctx.reply(message, answer.apply(message.payload(to))));
    }

    /** Throws on payloads of this type. */
    public ScriptedAgent fail(Class<?> on, Exception failure) {
        Objects.requireNonNull(failure, "failure");
        return on(on, (message, ctx) -> {
            throw failure;
        });
    }

    /** Refuses payloads of this type. */
    public ScriptedAgent refuse(Class<?> what, String reason) {
        return on(what, (message, ctx) -> ctx.refuse(message, reason));
    }

    /** Does something with payloads of this type. */
    public ScriptedAgent on(Class<?> type, Step step) {
        script.put(Objects.requireNonNull(type, "type"), Objects.requireNonNull(step, "step"));
        return this;
    }

    /** {@return what it was sent, in order} */
    public List<Message> received() {
        return List.copyOf(received);
    }

    @Override
    public void onMessage(Message message, AgentContext ctx) throws Exception {
        received.add(message);
        for (var line : script.entrySet()) {
            if (line.getKey().isInstance(message.payload())) {
                line.getValue().act(message, ctx);
                return;
            }
        }
        ctx.unhandled(message);
    }

    /** One line of a script. */
    @FunctionalInterface
    public interface Step {
        /** Acts on a message. */
        void act(Message message, AgentContext ctx) throws Exception;
    }
}
