package dev.agentos.benchmarks;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A hundred threads write records of actions, one row after the other, each on disk before the next: through our store, and each over a
 * connection of its own into a table of the same columns and indexes, with the same journal and sync. Both in turns, in the same run;
 * {@code times} is how many of ours are committed for one of theirs.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
public class GroupCommit {
    private static final int CALLERS = 100;
    private static final long SPAN = TimeUnit.SECONDS.toNanos(2);
    private static final StoredRow ROW = new StoredRow.ActionRow(new ActionRecord(
            0,
            Instant.parse("2026-11-23T08:00:00.123456789Z"),
            PrincipalId.agent(new AgentId(Address.of("desk/trader-17"), 4_711)),
            Action.of("tool:order.place", "call")
                    .with("symbol", "AAPL")
                    .with("notional", 12_345)
                    .with("note", "x".repeat(300)),
            Decision.allow(),
            Outcome.DONE,
            "{\"order\":4711,\"state\":\"filled\"}",
            Duration.ofMillis(3)));

    /** Columns as the store's own, from a row that it has written. */
    private static final String PLAIN =
            "INSERT INTO actions SELECT NULL, time_s, time_ns, principal_kind, principal_name, agent, type,"
                    + " resource, verb, attributes, decision, decision_more, outcome, detail, took_s, took_ns FROM actions WHERE sequence = 1";

    /** Makes one; JMH does. */
    public GroupCommit() {}

    /** One writes; closing it gives up what it writes over. */
    private interface Caller extends AutoCloseable {
        void write() throws SQLException;

        @Override
        void close() throws SQLException;
    }

    /** One look at both. */
    @Benchmark
    public double agentOs() throws Exception {
        try (var disk = new Disk()) {
            Path plain = disk.file("plain.db");
            try (Storage made = open(plain)) {
                commit(made);
            }
            double theirs = rate(() -> plain(plain));
            double ours;
            try (Storage storage = open(disk.file("ours.db"))) {
                ours = rate(() -> ours(storage));
            }
            Measured.add("ours", ours, "1/s");
            Measured.add("plain", theirs, "1/s");
            Measured.add("times", ours / theirs, "");
            return ours / theirs;
        }
    }

    private static Storage open(Path file) {
        return Providers.named(StorageProvider.class, "sqlite").open(file);
    }

    private static void commit(Storage storage) {
        storage.commit(List.of(ROW), Durability.DURABLE).toCompletableFuture().join();
    }

    private static Caller ours(Storage storage) {
        return new Caller() {
            @Override
            public void write() {
                commit(storage);
            }

            @Override
            public void close() {}
        };
    }

    private static Caller plain(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 60000");
            statement.execute("PRAGMA synchronous = FULL");
        }
        var insert = connection.prepareStatement(PLAIN);
        return new Caller() {
            @Override
            public void write() throws SQLException {
                insert.executeUpdate();
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        };
    }

    private static double rate(Callable<Caller> callers) throws Exception {
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            long begin = System.nanoTime();
            Callable<Long> work = () -> {
                try (Caller caller = callers.call()) {
                    long written = 0;
                    while (System.nanoTime() - begin < SPAN) {
                        caller.write();
                        written++;
                    }
                    return written;
                }
            };
            long sum = 0;
            for (Future<Long> written : threads.invokeAll(Collections.nCopies(CALLERS, work))) {
                sum += written.get();
            }
            return sum * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin);
        }
    }
}
