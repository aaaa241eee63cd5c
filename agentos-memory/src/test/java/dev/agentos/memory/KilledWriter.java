package dev.agentos.memory;

import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Program of a child JVM: writes from several threads until it is killed, and prints the number of each event that was acknowledged. */
final class KilledWriter {
    private static final int THREADS = 8;

    private KilledWriter() {}

    public static void main(String[] args) {
        var storage = Stores.open(Path.of(args[0]));
        for (int i = 0; i < THREADS; i++) {
            var durability = i % 2 == 0 ? Durability.DURABLE : Durability.BUFFERED;
            Thread.ofPlatform().start(() -> write(storage, durability));
        }
    }

    private static void write(SqliteStorage storage, Durability durability) {
        try {
            while (true) {
                // Two rows each, so that half a batch would show.
                List<StoredRow> rows = storage.commit(
                                List.of(Stores.event("first"), Stores.event("second")), durability)
                        .toCompletableFuture()
                        .join();
                synchronized (KilledWriter.class) {
                    System.out.println(Numbers.of(rows.get(1)));
                }
            }
        } catch (CompletionException e) {
            System.out.println("failed: " + e);
        }
    }
}
