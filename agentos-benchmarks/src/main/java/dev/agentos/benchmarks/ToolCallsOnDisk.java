package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Limits;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Eight agents call a tool that does nothing, through the whole gate, while every call is recorded in a file: as many calls as the file takes
 * in the end, since whoever is quicker than it has to wait. Over when the last record can be found; their numbers have no gaps.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class ToolCallsOnDisk {
    private static final int AGENTS = 8;
    private static final int CALLS = 25_000;

    /** Makes one; JMH does. */
    public ToolCallsOnDisk() {}

    /** Until the last record can be found. */
    @Benchmark
    public long agentOs() {
        try (var disk = new Disk();
                AgentOS os = AgentOS.builder()
                        .storage(disk.file("calls.db"))
                        .tool(Tool.builder("order.check", ToolCall.Order.class)
                                .effect(Effect.READ_ONLY)
                                .handler((order, context) -> "ok")
                                .build())
                        .build()) {
            long begin = System.nanoTime();
            var agents = IntStream.range(0, AGENTS)
                    .mapToObj(i -> os.spawn(AgentSpec.builder("caller-" + i)
                            .run(ToolCallsOnDisk::call)
                            .grant("tool:order.check call")
                            .limits(Limits.builder().toolCallsPerTurn(CALLS).build())
                            .build()))
                    .toList();
            agents.forEach(AgentHandle::await);
            long last = os.actions().lastSequence();
            long recorded = os.actions()
                    .find(ActionQuery.all().after(last - 1))
                    .getLast()
                    .sequence();
            double calls = (double) AGENTS * CALLS;
            Measured.add("rate", calls * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin), "1/s");
            if (recorded < calls) {
                throw new IllegalStateException("of " + calls + " calls there are " + recorded + " records");
            }
            return recorded;
        }
    }

    private static void call(AgentContext ctx) {
        for (int i = 0; i < CALLS; i++) {
            ctx.tools().call("order.check", new ToolCall.Order("AAPL", i, 1.5));
        }
    }
}
