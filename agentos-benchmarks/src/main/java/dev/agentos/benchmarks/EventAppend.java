package dev.agentos.benchmarks;

import dev.agentos.api.AgentOS;
import dev.agentos.api.event.EventFilter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** The host publishes events of its own, one after the other; over when the last of them can be found in the history, with all before it. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
public class EventAppend {
    private static final int EVENTS = 200_000;

    /** Makes one; JMH does. */
    public EventAppend() {}

    /** What happened. */
    public record Tick(long number, String symbol, double price) {}

    /** In memory, then into a file. */
    @Benchmark
    public long agentOs() {
        try (var disk = new Disk();
                AgentOS memory = AgentOS.inMemory();
                AgentOS file = AgentOS.builder().storage(disk.file("events.db")).build()) {
            return append(memory, "memory") + append(file, "file");
        }
    }

    private static long append(AgentOS os, String where) {
        long begin = System.nanoTime();
        long cpu = Measured.cpuNanos();
        for (int i = 0; i < EVENTS; i++) {
            os.emit("market.tick", new Tick(i, "AAPL", 1.5));
        }
        var last = os.events().history(EventFilter.all(), os.events().lastSequence() - 1, 10);
        Measured.add(where, EVENTS * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin), "1/s");
        Measured.add(where + " cpu", (Measured.cpuNanos() - cpu) / (double) EVENTS, "ns/op");
        if (last.size() != 1 || !(last.getFirst().data() instanceof Tick tick) || tick.number() != EVENTS - 1) {
            throw new IllegalStateException("the last event is not in the history: " + last);
        }
        return last.getFirst().sequence();
    }
}
