package dev.agentos.benchmarks;

import dev.agentos.api.AgentOS;
import dev.agentos.api.Exit;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** A runtime in memory starts, runs one agent to its end, and closes: what each test of a user pays. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
public class StartInMemory {
    /** Makes one; JMH does. */
    public StartInMemory() {}

    /** All of it. */
    @Benchmark
    public Exit agentOs() {
        try (AgentOS os = AgentOS.inMemory()) {
            return os.spawn("hello", ctx -> {}).await();
        }
    }
}
