package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.StoredRow.GrantUseRow;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KeptUsesTest {
    private final Queue<GrantUseRow> counted = new ArrayDeque<>();
    private final List<Batch> batches = new ArrayList<>();
    private final KeptUses uses = new KeptUses(
            as(Authority.class, (_, method, _) -> switch (method.getName()) {
                case "hasUses" -> !counted.isEmpty();
                case "takeUses" -> take();
                default -> throw new UnsupportedOperationException(method.getName());
            }),
            as(Storage.class, (_, method, arguments) -> switch (method.getName()) {
                case "commit" -> commit(arguments);
                default -> throw new UnsupportedOperationException(method.getName());
            }));

    private record Batch(List<?> rows, Object durability, CompletableFuture<List<StoredRow>> written) {}

    private static <T> T as(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private List<GrantUseRow> take() {
        var taken = List.copyOf(counted);
        counted.clear();
        return taken;
    }

    private CompletableFuture<List<StoredRow>> commit(Object... arguments) {
        var batch = new Batch((List<?>) arguments[0], arguments[1], new CompletableFuture<>());
        batches.add(batch);
        return batch.written;
    }

    @Test
    void commit_waitsForNothing_whenNothingWasCounted() {
        assertThat(uses.commit()).isNull();
        assertThat(batches).isEmpty();
    }

    @Test
    void commit_waitsForTheBatchOfAnother_whenThatTookItsUseAlong() {
        counted.add(use(7, 2)); // of two attempts: the second finds nothing that was not taken
        var first = uses.commit();
        var second = uses.commit();

        assertThat(first).isNotNull();
        assertThat(second).isSameAs(first);

        batches.getFirst().written.complete(List.of());
        assertThat(uses.commit()).isNull();
        assertThat(batches).hasSize(1);
    }

    @Test
    void commit_writesOnceMore_whatARecordTookAlongWithoutWaitingForTheDisk() {
        counted.add(use(7, 1));
        uses.commit(List.of());

        var stored = uses.commit();

        assertThat(stored).isNotNull();
        assertThat(batches).extracting(Batch::durability).containsExactly(Durability.BUFFERED, Durability.DURABLE);
        assertThat(batches.getLast().rows).isEqualTo(List.of(use(7, 1)));
    }

    @Test
    void commit_writesTheNewestRowOfAGrant_whenThereAreSeveral() {
        counted.add(use(7, 1));
        uses.commit(List.of());
        counted.add(use(7, 2));
        counted.add(use(8, 1));

        uses.commit();

        assertThat(Set.copyOf(batches.getLast().rows)).isEqualTo(Set.of(use(7, 2), use(8, 1)));
    }

    @Test
    void commit_triesAgain_whenTheStoreFailed() {
        counted.add(use(7, 1));
        var failed = uses.commit();
        batches.getFirst().written.completeExceptionally(new IllegalStateException("disk full"));
        assertThat(failed).isNotNull();
        assertThat(failed.toCompletableFuture()).isCompletedExceptionally();

        var again = uses.commit();

        assertThat(again).isNotSameAs(failed);
        assertThat(batches.getLast().rows).isEqualTo(List.of(use(7, 1)));
    }

    private static GrantUseRow use(long grant, long times) {
        return new GrantUseRow(grant, times, 0, 0, null, List.of(), List.of());
    }
}
