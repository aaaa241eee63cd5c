package dev.agentos.benchmarks;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ReactiveAgent;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One runtime of ours in memory, as a program that changes no setting gets it. */
@State(Scope.Benchmark)
public class AgentSide {
    final AgentOS os = AgentOS.inMemory();

    /** Makes a runtime. */
    public AgentSide() {}

    /** Closes the runtime. */
    @TearDown(Level.Trial)
    public void close() {
        os.close();
    }

    /** Spawns a reactive agent that may send to whom it likes. */
    static AgentHandle spawn(AgentOS os, String name, Supplier<? extends ReactiveAgent> perStart) {
        return os.spawn(AgentSpec.builder(name)
                .reactive(perStart)
                .grant("agent:** send")
                .build());
    }
}
