package dev.agentos.runtime;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Restart;
import dev.agentos.api.message.Message;
import java.time.Duration;
import java.util.function.Consumer;

/** What an agent of {@link LifecycleStatefulProperties} can be told to do. */
sealed interface StatefulOrder {
    /** Has an effect. */
    record Perform() implements StatefulOrder {}

    /** Sleeps, and then has an effect. */
    record Sleep(int seconds) implements StatefulOrder {}

    /** Spawns a child: one that runs a whole life, or a reactive one. */
    record Spawn(String name, boolean run) implements StatefulOrder {}

    /** Throws an exception. */
    record Fail() implements StatefulOrder {}

    /** Ends by itself, in order. */
    record Complete() implements StatefulOrder {}

    /**
     * An agent that obeys.
     *
     * @param effects is told its path at each effect
     */
    static AgentSpec agent(String name, boolean run, Consumer<String> effects) {
        var spec = AgentSpec.builder(name)
                .grant("agent:** spawn")
                .restart(Restart.upTo(StatefulLife.RESTARTS, Duration.ofDays(365))
                        .backoff(Duration.ofSeconds(StatefulLife.BACKOFF), Duration.ofSeconds(StatefulLife.BACKOFF)));
        return run
                ? spec.run(ctx -> live(ctx, effects)).build()
                : spec.onMessage((message, ctx) -> {
                            if (obey(message, ctx, effects)) {
                                ctx.complete();
                            }
                        })
                        .build();
    }

    private static void live(AgentContext ctx, Consumer<String> effects) {
        boolean done = false;
        while (!done) {
            done = obey(ctx.receive(), ctx, effects);
        }
    }

    /** Returns whether the agent is to end. */
    private static boolean obey(Message message, AgentContext ctx, Consumer<String> effects) {
        switch (message.payload(StatefulOrder.class)) {
            case Perform() -> effects.accept(ctx.self().path());
            case Sleep(int seconds) -> {
                ctx.sleep(Duration.ofSeconds(seconds));
                effects.accept(ctx.self().path());
            }
            case Spawn(String name, boolean run) -> ctx.spawn(agent(name, run, effects));
            case Fail() -> throw new IllegalStateException("told to fail");
            case Complete() -> {
                return true;
            }
        }
        return false;
    }
}
