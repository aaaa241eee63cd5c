package dev.agentos.memory;

import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One batch on its way to the disk.
 *
 * @param bound the same rows, taken apart by whoever asked for the commit: work that the one writer is spared
 * @param done completes on the writer with the numbered rows
 */
record Job(List<StoredRow> rows, List<BoundRow> bound, Durability durability, CompletableFuture<List<StoredRow>> done) {

    static Job of(List<StoredRow> rows, Rows codec, Durability durability) {
        List<StoredRow> copy = List.copyOf(rows);
        var bound = new ArrayList<BoundRow>(copy.size());
        copy.forEach(row -> bound.add(codec.bind(row)));
        return new Job(copy, bound, durability, new CompletableFuture<>());
    }

    long bytes() {
        long bytes = 0;
        for (BoundRow row : bound) {
            bytes += row.bytes();
        }
        return bytes;
    }

    /** Something that is done when all before it is; it has nothing to write, and no hook sees it. */
    static Job mark() {
        return new Job(List.of(), List.of(), Durability.BUFFERED, new CompletableFuture<>());
    }

    boolean isMark() {
        return rows.isEmpty();
    }

    boolean isDurable() {
        return durability == Durability.DURABLE;
    }
}
