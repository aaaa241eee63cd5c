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

    /** The bars, in the order of the table. */
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
            new Row(
                    "governed no-op tool call, CPU (the bar is for one core: taskset -c 0)",
                    ToolCall.class,
                    Measured.CPU,
                    Unit.NANOS,
                    new Bar.Most(3_333)),
            new Row(
                    "capability check, ten grants held, CPU",
                    CapabilityCheck.class,
                    Measured.CPU,
                    Unit.NANOS,
                    new Bar.Most(50)),
            new Row(
                    "… a thousand grants held, CPU",
                    CapabilityCheckOfThousand.class,
                    Measured.CPU,
                    Unit.NANOS,
                    new Bar.Most(200)),
            new Row("attenuate a grant, CPU", Attenuation.class, Measured.CPU, Unit.NANOS, new Bar.Most(1_000)),
            wall("revoke a grant with 10,000 below it", RevokeTenThousand.class, 1),
            wall("terminate a tree of 1,000", TerminateThousand.class, 100),
            wall("start in memory, one agent, close", StartInMemory.class, 50),
            wall("agent-os --help", HelpCommand.class, 500),
            cpu("publish to 1,000 subscribers, each message", PublishToThousand.class, AS_PEKKO),
            new Row(
                    "durable commits of 100 callers, for one of plain SQLite",
                    GroupCommit.class,
                    "times",
                    Unit.TIMES,
                    new Bar.Least(6)),
            new Row(
                    "import of a token, for one bare verification",
                    TokenBench.class,
                    "times",
                    Unit.TIMES,
                    new Bar.Most(1.5)),
            new Row(
                    "… of a token of two blocks",
                    TokenBench.class,
                    "times of two blocks",
                    Unit.TIMES,
                    new Bar.Most(1.5)),
            new Row(
                    "confined spawn and wait of `true`, for one of ProcessBuilder",
                    ConfinedSpawn.class,
                    "times",
                    Unit.TIMES,
                    new Bar.Most(1.5)),
            rate("events with history, in memory", EventAppend.class, "memory", 50_000),
            rate("events with history, in a file", EventAppend.class, "file", 50_000),
            rate("governed tool calls recorded in a file", ToolCallsOnDisk.class, "rate", 20_000),
            rate("durable agents spawned", DurableAgents.class, "spawns", 10_000),
            most("recall from 100,000 in 500 namespaces, words, p99 of CPU", RecallFromLibrary.class, "words p99", 4),
            most("… words and meaning, p99 of CPU", RecallFromLibrary.class, "hybrid p99", 30),
            most(
                    "a sleep of 1 ms beside 100 agents that search: longest delay",
                    SleeperBesideSearches.class,
                    Measured.LONGEST,
                    50));

    private static Row cpu(String what, Class<?> benchmark, Bar bar) {
        return new Row(what + ", CPU", benchmark, Measured.CPU, Unit.NANOS, bar);
    }

    private static Row rate(String what, Class<?> benchmark, String metric, double least) {
        return new Row(what, benchmark, metric, Unit.PER_SECOND, new Bar.Least(least));
    }

    private static Row most(String what, Class<?> benchmark, String metric, long millis) {
        return new Row(what, benchmark, metric, Unit.NANOS, new Bar.Most(millis * MILLI));
    }

    private static Row wall(String what, Class<?> benchmark, long millis) {
        return new Row(what, benchmark, WALL, Unit.NANOS, new Bar.Most(millis * MILLI));
    }
}
