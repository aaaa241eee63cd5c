package dev.agentos.memory;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Role;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.StoredRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/**
 * Program of a child JVM: twenty writers, each writing one batch of rows of every kind after the other until the process is killed, and
 * printing "writer batch." when a batch is acknowledged. What a store has to hold after some batches of a writer follows from their number.
 */
final class KilledTeam {
    static final int WRITERS = 20;

    /** How many batches later an entry is purged. */
    static final int LIFE = 6;

    private static final long SHARE = 1_000_000;

    private KilledTeam() {}

    public static void main(String[] args) {
        var storage = Stores.open(Path.of(args[0]));
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            Thread.ofPlatform().start(() -> write(storage, writer));
        }
    }

    private static void write(SqliteStorage storage, int writer) {
        var durability = writer % 4 == 0 ? Durability.DURABLE : Durability.BUFFERED;
        try {
            for (int batch = 1; batch < SHARE; batch++) {
                storage.commit(rows(writer, batch), durability)
                        .toCompletableFuture()
                        .join();
                synchronized (KilledTeam.class) {
                    System.out.println(writer + " " + batch + ".");
                }
            }
        } catch (CompletionException e) {
            System.out.println("failed: " + e);
        }
    }

    private static List<StoredRow> rows(int writer, int batch) {
        var rows = new ArrayList<StoredRow>();
        rows.add(new StoredRow.MessageIdsRow(WRITERS * SHARE));
        rows.add(message(writer, batch));
        rows.add(new StoredRow.MessageStageRow(messageId(writer, batch - 1), StoredRow.Stage.DONE, 1));
        rows.add(new StoredRow.WorkingRow(
                namespace(writer), "s", "count", JsonValue.of(batch), batch - 1L, Instant.EPOCH, null));
        rows.add(new StoredRow.LineRow(
                namespace(writer),
                "s",
                new Line(0, Role.USER, "line " + batch, null, 1, Instant.EPOCH, null),
                "once " + batch));
        rows.add(new StoredRow.EntryRow(entry(writer, batch), Embedding.of("m", new float[] {batch, -1, writer + 1f})));
        rows.add(new StoredRow.EntryEndRow(namespace(writer), id(writer, batch - 1), Instant.EPOCH));
        rows.add(new StoredRow.EntryPurgeRow(namespace(writer), id(writer, batch - LIFE)));
        rows.add(Stores.event("writer-" + writer));
        rows.add(Stores.letter("letter " + batch));
        return rows;
    }

    static String namespace(int writer) {
        return "agent/writer-" + writer + "#1";
    }

    static long messageId(int writer, int batch) {
        return writer * SHARE + batch;
    }

    static UUID id(int writer, int batch) {
        return UUID.nameUUIDFromBytes((writer + "/" + batch).getBytes(StandardCharsets.UTF_8));
    }

    static String word(int writer, int batch) {
        return "w" + writer + "b" + batch;
    }

    private static StoredRow.MessageRow message(int writer, int batch) {
        long id = messageId(writer, batch);
        var message = new Message(
                id,
                Address.HOST,
                Stores.DESK.address(),
                "text",
                "batch " + batch,
                messageId(writer, 0),
                id,
                Instant.EPOCH,
                Map.of());
        return new StoredRow.MessageRow(message, Stores.DESK, StoredRow.Stage.PENDING, 0);
    }

    private static Entry entry(int writer, int batch) {
        return new Entry(
                id(writer, batch),
                namespace(writer),
                MemoryKind.EPISODIC,
                "in batch " + word(writer, batch),
                Map.of(),
                0.5,
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null,
                null);
    }
}
