package dev.agentos.benchmarks;

import java.util.List;

/**
 * One row of the table.
 *
 * @param what what is measured, in words
 * @param benchmark the class that measures it
 * @param metric {@code wall} for the benchmark's own score, or the label of what {@link Measured} reports
 * @param unit what the metric counts
 * @param bar what has to be reached
 */
record Row(String what, Class<?> benchmark, String metric, Unit unit, Bar bar) {
    static final String WALL = "wall";

    private static final double MILLI = 1_000_000;
    private static final Bar AS_PEKKO = new Bar.Ratio(1);
    private static final Bar HALF = new Bar.Ratio(0.5);

    /** The bars of 0.1, in the order of the table. */
    static final List<Row> ALL = List.of(
            cpu("send 1→1", SendOneToOne.class, AS_PEKKO),
            cpu("send 4→1", SendFourToOne.class, HALF),
            cpu("ping-pong, one pair", PingPongOnePair.class, HALF),
            cpu("ping-pong, 64 pairs", PingPong64Pairs.class, AS_PEKKO),
            cpu("63 pairs play on beside one that is blocked", OneBlockedOf64Pairs.class, AS_PEKKO),
            cpu("ask from a plain thread", AskFromThread.class, HALF),
            new Row("ask from a handler, p50", AskFromHandler.class, "p50", Unit.NANOS, new Bar.Most(10_000)),
            cpu("one sends to 1,000 in turn", SendToThousand.class, HALF),
            wall("1,000 handlers block 50 ms", Blocking1000.class, 200),
            wall("10,000 handlers block 50 ms", Blocking10000.class, 500),
            wall("5,000 others answer while two handlers compute", TwoComputing.class, 1_000),
            new Row("10,000 blocked handlers at rest, CPU", BlockedAtRest.class, "core", Unit.PERCENT, new Bar.Most(1)),
            new Row("… and the workers they cost", BlockedAtRest.class, "workers", Unit.THREADS, new Bar.Most(10_004)),
            new Row("heap of an idle agent, of 1,000,000", SpawnMillion.class, "heap", Unit.BYTES, new Bar.Most(400)),
            new Row(
                    "spawn 1,000,000, until they live",
                    SpawnMillion.class,
                    "rate",
                    Unit.PER_SECOND,
                    new Bar.Least(500_000)),
            new Row("governed no-op tool call, p50", ToolCall.class, "p50", Unit.NANOS, new Bar.Most(2_000)),
            // 300,000 a second on one core.
            new Row("governed no-op tool call, CPU", ToolCall.class, Measured.CPU, Unit.NANOS, new Bar.Most(3_333)),
            new Row(
                    "capability check, ten grants held, CPU",
                    CapabilityCheck.class,
                    Measured.CPU,
                    Unit.NANOS,
                    new Bar.Most(50)),
            wall("terminate a tree of 1,000", TerminateThousand.class, 100),
            wall("start in memory, one agent, close", StartInMemory.class, 50),
            wall("agent-os --help", HelpCommand.class, 500));

    private static Row cpu(String what, Class<?> benchmark, Bar bar) {
        return new Row(what + ", CPU", benchmark, Measured.CPU, Unit.NANOS, bar);
    }

    private static Row wall(String what, Class<?> benchmark, long millis) {
        return new Row(what, benchmark, WALL, Unit.NANOS, new Bar.Most(millis * MILLI));
    }
}
