package dev.agentos.runtime;

import dev.agentos.api.AgentContext;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Message;
import java.util.function.Consumer;

/** A reactive agent of lambdas. */
record OnStart(Consumer<AgentContext> start, Consumer<Message> message) implements ReactiveAgent {
    @Override
    public void onStart(AgentContext ctx) {
        start.accept(ctx);
    }

    @Override
    public void onMessage(Message mail, AgentContext ctx) {
        message.accept(mail);
    }
}
