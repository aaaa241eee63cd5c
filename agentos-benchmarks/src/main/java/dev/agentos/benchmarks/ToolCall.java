package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Limits;
import dev.agentos.api.message.Message;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An agent calls a tool that does nothing with three arguments, through the whole gate: schema, grant, limits, record, deadline. {@code p50}
 * is what one call takes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ToolCall {
    private static final int CALLS = 20_000;

    /** Makes one; JMH does. */
    public ToolCall() {}

    /** What the tool takes. */
    public record Order(String symbol, int quantity, double limit) {}

    /** A runtime with the tool, and an agent that may call it. */
    @State(Scope.Benchmark)
    public static class Agents {
        private final AgentOS os = AgentOS.builder()
                .tool(Tool.builder("order.check", Order.class)
                        .effect(Effect.READ_ONLY)
                        .handler((order, context) -> "ok")
                        .build())
                .build();
        private final AgentHandle caller = os.spawn(AgentSpec.builder("caller")
                .onMessage(ToolCall::call)
                .grant("tool:order.check call")
                // The bound on one turn is lifted, not the counting.
                .limits(Limits.builder().toolCallsPerTurn(CALLS).build())
                .build());

        /** Spawns it. */
        public Agents() {}

        /** Closes the runtime. */
        @TearDown(Level.Trial)
        public void close() {
            os.close();
        }
    }

    private static void call(Message message, AgentContext ctx) {
        var interview = message.payload(Wire.Interview.class);
        for (int i = 0; i < interview.questions(); i++) {
            var order = new Order("AAPL", i, 1.5);
            long before = System.nanoTime();
            ctx.tools().call("order.check", order);
            interview.took(i, System.nanoTime() - before);
        }
    }

    /** One operation is one call. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void agentOs(Agents side) throws InterruptedException {
        var interview = new Wire.Interview(CALLS);
        side.caller.send(interview);
        interview.report();
    }
}
