package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.message.Request;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.store.HeapStorage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the turns of a durable agent when the store does not take them. The store is a fake that refuses as it is told. */
class DurableTurnTest {
    private static final AtomicReference<Supplier<RuntimeException>> REFUSAL = new AtomicReference<>();

    private ClassLoader before;

    record Count() implements Request<Integer> {}

    /** Found by ServiceLoader, under the name of the store on disk. */
    public static final class RefusingProvider implements StorageProvider {
        @Override
        public String name() {
            return "sqlite";
        }

        @Override
        public Storage open(Path file) {
            var heap = new HeapStorage(1_000);
            return (Storage) Proxy.newProxyInstance(
                    Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, args) -> {
                        if (method.getName().equals("commit")) {
                            @SuppressWarnings("unchecked")
                            var rows = (List<StoredRow>) args[0];
                            return commit(heap, rows, (Durability) args[1]);
                        }
                        if (method.getReturnType().isInterface()
                                && List.of("messages", "working", "grants").contains(method.getName())) {
                            return nothing(method.getReturnType());
                        }
                        try {
                            return method.invoke(heap, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private static CompletionStage<List<StoredRow>> commit(
                Storage heap, List<StoredRow> rows, Durability durability) {
            boolean ofTurn = rows.stream()
                    .anyMatch(row -> row instanceof StoredRow.MessageStageRow(long id, var stage, int attempts)
                            && stage == StoredRow.Stage.DONE);
            RuntimeException refusal = ofTurn ? REFUSAL.get().get() : null;
            if (refusal != null) {
                return CompletableFuture.failedFuture(refusal);
            }
            if (rows.stream().anyMatch(StoredRow.DatabaseRow.class::isInstance)) {
                return CompletableFuture.completedFuture(rows);
            }
            return heap.commit(rows, durability);
        }

        private static Object nothing(Class<?> repository) {
            return Proxy.newProxyInstance(
                    repository.getClassLoader(),
                    new Class<?>[] {repository},
                    (proxy, method, args) -> method.getReturnType() == long.class
                            ? (Object) 0L
                            : method.getReturnType() == Optional.class ? Optional.empty() : List.of());
        }

        @Override
        public Storage openInMemory() {
            throw new UnsupportedOperationException("this test opens a file");
        }
    }

    @BeforeEach
    void provide(@TempDir Path directory) throws Exception {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(StorageProvider.class.getName()), RefusingProvider.class.getName());
        before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before));
        REFUSAL.set(() -> null);
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    private static AgentOS open() {
        return AgentOS.builder().storage(Path.of("fake.db")).build();
    }

    /** Answers with how often its handler has run. */
    private static AgentSpec counter() {
        var runs = new AtomicInteger();
        return AgentSpec.builder("counter")
                .onMessage((message, ctx) -> ctx.reply(message, runs.incrementAndGet()))
                .durable()
                .build();
    }

    private static Supplier<RuntimeException> times(int count, Supplier<RuntimeException> refusal) {
        var left = new AtomicInteger(count);
        return () -> left.getAndDecrement() > 0 ? refusal.get() : null;
    }

    @Test
    void turn_isTriedAgain_andNotRunAgain_whileTheStoreIsFull() {
        try (AgentOS os = open()) {
            AgentHandle counter = os.spawn(counter());
            REFUSAL.set(times(3, () -> new StorageException(StorageException.Problem.FULL, "no room", null)));

            int runs = counter.ask(new Count(), Eventually.LIMIT);

            assertThat(runs).isEqualTo(1);
            assertThat(os.events().history(EventFilter.type("storage.state"), 0, 10))
                    .hasSize(2);
        }
    }

    @Test
    void turn_runsAgain_whenSomebodyElseWasQuicker() {
        try (AgentOS os = open()) {
            AgentHandle counter = os.spawn(counter());
            REFUSAL.set(times(2, () -> new VersionConflictException("a key", 1, 2)));

            int runs = counter.ask(new Count(), Eventually.LIMIT);

            assertThat(runs).isEqualTo(3);
        }
    }

    @Test
    void turn_fails_whenTheStoreNeverTakesIt_andNothingOfItHasLeft() {
        try (AgentOS os = open()) {
            AgentHandle counter = os.spawn(counter());
            REFUSAL.set(() -> new StorageException("this row, never", null));

            assertThatThrownBy(() -> counter.ask(new Count(), Eventually.LIMIT))
                    .isInstanceOf(AskException.class)
                    .hasMessageContaining("never");
            counter.await(Eventually.LIMIT);
            assertThat(counter.state()).isEqualTo(AgentState.FAILED);
        }
    }
}
