package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentId;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.store.EmptyGrants;
import dev.agentos.runtime.store.HeapStorage;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel writes into a store that outlives it, and what it waits for. The store is a fake that can be slow or broken. */
class PersistenceTest {
    private static final AtomicReference<Recording> STORE = new AtomicReference<>();

    private ClassLoader before;

    /** Found by ServiceLoader, under the name of the store on disk. */
    public static final class FakeProvider implements StorageProvider {
        @Override
        public String name() {
            return "sqlite";
        }

        @Override
        public Storage open(Path file) {
            return STORE.get();
        }

        @Override
        public Storage openInMemory() {
            throw new UnsupportedOperationException("this test opens a file");
        }
    }

    /** Keeps batches; acknowledges the end of an agent only when it is let. */
    private static final class Recording implements Storage {
        final Storage heap = new HeapStorage(1_000);
        final List<List<StoredRow>> batches = new CopyOnWriteArrayList<>();
        final List<Durability> durabilities = new CopyOnWriteArrayList<>();
        volatile long reserved;
        volatile CompletableFuture<Void> ends = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability) {
            batches.add(batch);
            durabilities.add(durability);
            for (StoredRow row : batch) {
                if (row instanceof StoredRow.MessageIdsRow(var most)) {
                    reserved = most;
                }
            }
            var stored = heap.commit(
                    batch.stream()
                            .filter(row -> !(row instanceof StoredRow.DatabaseRow))
                            .toList(),
                    durability);
            boolean isEnd = batch.stream()
                    .anyMatch(row -> row instanceof StoredRow.AgentRow agent
                            && agent.state().ended());
            return isEnd ? ends.thenCombine(stored, (released, rows) -> rows) : stored;
        }

        List<StoredRow.AgentRow> agentRows() {
            return batches.stream()
                    .flatMap(List::stream)
                    .filter(StoredRow.AgentRow.class::isInstance)
                    .map(StoredRow.AgentRow.class::cast)
                    .toList();
        }

        @Override
        public AgentRepository agents() {
            return heap.agents();
        }

        @Override
        public ActionRepository actions() {
            return heap.actions();
        }

        @Override
        public EventRepository events() {
            return heap.events();
        }

        @Override
        public DeadLetterRepository deadLetters() {
            return heap.deadLetters();
        }

        @Override
        public MessageRepository messages() {
            return new MessageRepository() {
                @Override
                public List<StoredRow.MessageRow> pending(AgentId inbox) {
                    return List.of();
                }

                @Override
                public List<Message> conversation(long correlation, int most) {
                    return List.of();
                }

                @Override
                public long reserved() {
                    return reserved;
                }
            };
        }

        @Override
        public WorkingRepository working() {
            return heap.working();
        }

        @Override
        public ConversationRepository conversations() {
            return heap.conversations();
        }

        @Override
        public EntryRepository entries() {
            return heap.entries();
        }

        @Override
        public ApprovalRepository approvals() {
            return new HeapStorage(1).approvals();
        }

        @Override
        public GrantRepository grants() {
            return new EmptyGrants();
        }

        @Override
        public Maintenance maintenance() {
            return heap.maintenance();
        }

        @Override
        public void addHook(CommitHook hook) {
            heap.addHook(hook);
        }

        @Override
        public void close() {} // a second runtime opens it again
    }

    @BeforeEach
    void provide(@TempDir Path directory) throws Exception {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(StorageProvider.class.getName()), FakeProvider.class.getName());
        before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before));
        STORE.set(new Recording());
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
        STORE.set(null);
    }

    private static AgentOS open() {
        return AgentOS.builder()
                .storage(Path.of("fake.db"))
                .closeTimeout(Duration.ofSeconds(2))
                .build();
    }

    private static AgentSpec idle(String name) {
        return AgentSpec.builder(name)
                .label("team", "x")
                .onMessage((m, ctx) -> {})
                .build();
    }

    @Test
    void everyChangeOfState_isStoredWithItsReason_inOneCommitWithItsEvent() throws Exception {
        try (AgentOS os = open()) {
            AgentHandle agent = os.spawn(idle("a"));
            agent.awaitState(AgentState.RUNNING, Eventually.LIMIT);
            agent.pause("look").toCompletableFuture().get(20, java.util.concurrent.TimeUnit.SECONDS);
            agent.terminate("enough");
        }

        Recording store = STORE.get();
        assertThat(store.agentRows())
                .extracting(StoredRow.AgentRow::state)
                .containsExactly(AgentState.PENDING, AgentState.RUNNING, AgentState.PAUSED, AgentState.TERMINATED);
        assertThat(store.agentRows()).extracting(StoredRow.AgentRow::reason).containsExactly("", "", "look", "enough");
        assertThat(store.agentRows()).allSatisfy(row -> assertThat(row.labels()).containsEntry("team", "x"));
        for (int i = 0; i < store.batches.size(); i++) {
            List<StoredRow> batch = store.batches.get(i);
            if (batch.getFirst() instanceof StoredRow.AgentRow row && row.state() != AgentState.PENDING) {
                assertThat(batch).hasSize(2);
                var event = (SystemEvent.StateChanged)
                        ((StoredRow.EventRow) batch.get(1)).event().data();
                assertThat(event.to()).isEqualTo(row.state());
                assertThat(store.durabilities.get(i)).isEqualTo(Durability.DURABLE);
            }
        }
    }

    @Test
    void end_isAcknowledged_whenItIsStored() {
        Recording store = STORE.get();
        try (AgentOS os = open()) {
            AgentHandle agent = os.spawn(idle("a"));
            var release = new CompletableFuture<Void>();
            store.ends = release;
            var exit = new AtomicReference<Exit>();
            var returned = new CountDownLatch(1);
            Thread.startVirtualThread(() -> {
                exit.set(agent.terminate("enough"));
                returned.countDown();
            });
            Eventually.until(
                    "the end is on its way to the store",
                    () -> store.agentRows().stream().anyMatch(row -> row.state() == AgentState.TERMINATED));
            boolean early = agent.onExit().toCompletableFuture().isDone() || returned.getCount() == 0;

            release.complete(null);
            Eventually.reached(returned);

            assertThat(early).isFalse();
            assertThat(exit.get()).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
        }
    }

    @Test
    void end_isAnEnd_evenIfItCannotBeStored() {
        Recording store = STORE.get();
        try (AgentOS os = open()) {
            AgentHandle agent = os.spawn(idle("a"));
            store.ends = CompletableFuture.failedFuture(new StorageException("the disk is full", null));

            Exit exit = agent.terminate("enough");

            assertThat(exit).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
            assertThat(agent.state()).isEqualTo(AgentState.TERMINATED);
        }
    }

    @Test
    void incarnations_goOn_overTheSameStore() {
        long first;
        try (AgentOS os = open()) {
            os.spawn(idle("a")).terminate("make room");
            first = os.spawn(idle("a")).id().incarnation();
        }

        long second;
        try (AgentOS os = open()) {
            second = os.spawn(idle("a")).id().incarnation();
        }

        assertThat(second).isGreaterThan(first);
    }

    @Test
    void inMemory_noRowsOfAgentsAreWritten() {
        try (AgentOS os = AgentOS.inMemory()) {
            os.spawn(idle("a"));
        }

        assertThat(STORE.get().batches).isEmpty();
    }
}
