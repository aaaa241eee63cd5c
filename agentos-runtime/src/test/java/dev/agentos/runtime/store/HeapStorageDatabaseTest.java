package dev.agentos.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.StoreRetention;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What storage in memory does with a database; that it is a real one is for the tests of the module which brings it. */
class HeapStorageDatabaseTest {
    private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

    private final AtomicInteger openings = new AtomicInteger();
    private final Scripted database = new Scripted();
    private final HeapStorage storage = new HeapStorage(100, () -> {
        openings.incrementAndGet();
        return database;
    });

    @Test
    void database_isNotOpened_whileNobodyNeedsIt() {
        storage.commit(List.of(event("a")), Durability.BUFFERED);
        var maintenance = storage.maintenance();

        var found = maintenance.check();
        var done = maintenance.repair();
        var pruned = maintenance.prune(StoreRetention.defaults(), NOON);
        maintenance.vacuum();
        storage.close();

        assertThat(found).isEmpty();
        assertThat(done).isEmpty();
        assertThat(pruned).isEmpty();
        assertThat(openings).hasValue(0);
    }

    @Test
    void database_isOpenedOnce_whenManyAskAtOnce() throws InterruptedException {
        List<Thread> asking = IntStream.range(0, 16)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    var _ = storage.commit(List.of(working(i)), Durability.BUFFERED);
                }))
                .toList();
        for (Thread thread : asking) {
            thread.join();
        }

        assertThat(openings).hasValue(1);
        assertThat(database.batches).hasSize(16);
    }

    @Test
    void commit_namesTheModuleToAdd_whenThereIsNoDatabase() {
        var bare = new HeapStorage(100);

        var commit =
                bare.commit(List.of(event("a"), working(0)), Durability.DURABLE).toCompletableFuture();

        assertThat(failure(commit))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        why -> assertThat(why.problem()).isEqualTo(StorageException.Problem.UNUSABLE))
                .hasMessageContaining("add dev.agentos:agentos-memory");
        assertThat(bare.events().find(EventFilter.all(), 0, 10)).isEmpty();
        assertThatThrownBy(bare::working).isInstanceOf(StorageException.class).hasMessageContaining("agentos-memory");
    }

    @Test
    void commit_writesTheRestAfterTheDatabase_andGivesTheBatchBackInItsOrder() {
        var commit = storage.commit(List.of(event("a"), working(0), event("b")), Durability.DURABLE)
                .toCompletableFuture();
        var before = storage.events().find(EventFilter.all(), 0, 10);

        database.answer.complete(List.of(working(1)));

        assertThat(before).isEmpty();
        assertThat(database.batches).containsExactly(List.of(working(0)));
        assertThat(commit.join())
                .extracting(row -> row instanceof StoredRow.EventRow(var event) ? event.sequence() : row)
                .containsExactly(1L, working(1), 2L);
        assertThat(storage.events().find(EventFilter.all(), 0, 10)).hasSize(2);
    }

    @Test
    void commit_writesNothingAndSaysWhy_whenTheDatabaseRefuses() {
        var conflict = new VersionConflictException("k", 1, 2);
        var commit = storage.commit(List.of(event("a"), working(1)), Durability.DURABLE)
                .toCompletableFuture();

        database.answer.completeExceptionally(conflict);

        assertThat(failure(commit)).isSameAs(conflict);
        assertThat(storage.events().lastSequence()).isZero();
    }

    @Test
    void hooks_seeTheWholeBatch_asTheDatabaseKeptIt() {
        var seen = new ArrayList<StoredRow>();
        var told = new ArrayList<StoredRow>();
        storage.addHook(new CommitHook() {
            @Override
            public List<StoredRow> beforeCommit(List<StoredRow> numbered) {
                seen.addAll(numbered);
                return List.of();
            }

            @Override
            public void committed(List<StoredRow> numbered) {
                told.addAll(numbered);
            }
        });
        database.answer.complete(List.of(working(7)));

        var committed = storage.commit(List.of(working(6), event("a")), Durability.DURABLE)
                .toCompletableFuture()
                .join();

        assertThat(seen).isEqualTo(committed).first().isEqualTo(working(7));
        assertThat(told).isEqualTo(committed);
    }

    @Test
    void commit_saysWhatStays_whenAHookRefusesWhatTheDatabaseHas() {
        storage.addHook(refusing());
        database.answer.complete(List.of(working(1)));

        var both = storage.commit(List.of(working(0), event("a")), Durability.DURABLE);
        var rest = storage.commit(List.of(event("a")), Durability.DURABLE);

        assertThat(failure(both)).hasMessageContaining("only what is in the database was written");
        assertThat(failure(rest)).hasMessageContaining("nothing was written");
        assertThat(storage.events().lastSequence()).isZero();
    }

    @Test
    void hook_isRefused_whenItAddsWhatGoesIntoADatabase() {
        storage.addHook(new CommitHook() {
            @Override
            public List<StoredRow> beforeCommit(List<StoredRow> numbered) {
                return List.of(working(0));
            }
        });

        var commit = storage.commit(List.of(event("a")), Durability.DURABLE);

        assertThat(failure(commit)).hasMessageContaining("a hook cannot add what goes into a database");
        assertThat(storage.events().lastSequence()).isZero();
    }

    @Test
    void close_closesTheDatabase_andOpensNoneAfterwards() {
        var other = new HeapStorage(100, () -> database);
        storage.commit(List.of(working(0)), Durability.DURABLE);

        storage.close();
        other.close();

        assertThat(database.closings).isEqualTo(1);
        assertThat(failure(other.commit(List.of(working(0)), Durability.DURABLE)))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        why -> assertThat(why.problem()).isEqualTo(StorageException.Problem.CLOSED));
    }

    @Test
    void upkeep_isThatOfTheDatabase_onceItIsOpen() {
        storage.commit(List.of(working(0)), Durability.DURABLE);
        var maintenance = storage.maintenance();

        assertThat(maintenance.check()).containsExactly("a broken index");
        assertThat(maintenance.repair()).containsExactly("mended");
        assertThat(maintenance.prune(StoreRetention.defaults(), NOON)).containsEntry("lines", 3L);
        assertThatThrownBy(() -> maintenance.backup(Path.of("copy.db")))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        why -> assertThat(why.problem()).isEqualTo(StorageException.Problem.UNUSABLE))
                .hasMessageContaining("copy.db");
    }

    private static @Nullable Throwable failure(CompletionStage<?> commit) {
        return commit.<Throwable>handle((rows, failure) -> failure)
                .toCompletableFuture()
                .join();
    }

    private static CommitHook refusing() {
        return new CommitHook() {
            @Override
            public List<StoredRow> beforeCommit(List<StoredRow> numbered) {
                throw new IllegalStateException("no");
            }
        };
    }

    private static StoredRow event(String line) {
        return new StoredRow.EventRow(new Event(0, NOON, null, "agent.log", new SystemEvent.Logged(line)));
    }

    private static StoredRow working(long version) {
        return new StoredRow.WorkingRow("shared/x", "s", "k", JsonValue.of(1), version, NOON, null);
    }

    /** Keeps nothing, and answers what it is told to. */
    private static final class Scripted implements Storage {
        final List<List<StoredRow>> batches = new ArrayList<>();
        final CompletableFuture<List<StoredRow>> answer = new CompletableFuture<>();
        final GrantRepository grants = new EmptyGrants();
        int closings;

        @Override
        public synchronized CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability) {
            batches.add(batch);
            return answer;
        }

        @Override
        public ApprovalRepository approvals() {
            return new HeapStorage(1).approvals();
        }

        @Override
        public GrantRepository grants() {
            return grants;
        }

        @Override
        public Maintenance maintenance() {
            return new Maintenance() {
                @Override
                public List<String> check() {
                    return List.of("a broken index");
                }

                @Override
                public List<String> repair() {
                    return List.of("mended");
                }

                @Override
                public void backup(Path to) {
                    throw new AssertionError("there is nothing to copy");
                }

                @Override
                public void vacuum() {}

                @Override
                public Map<String, Long> prune(StoreRetention retention, Instant now) {
                    return Map.of("lines", 3L);
                }
            };
        }

        @Override
        public void close() {
            closings++;
        }

        @Override
        public AgentRepository agents() {
            throw new AssertionError("agents are on the heap");
        }

        @Override
        public ActionRepository actions() {
            throw new AssertionError("actions are on the heap");
        }

        @Override
        public EventRepository events() {
            throw new AssertionError("events are on the heap");
        }

        @Override
        public DeadLetterRepository deadLetters() {
            throw new AssertionError("dead letters are on the heap");
        }

        @Override
        public MessageRepository messages() {
            throw new AssertionError("nobody reads here");
        }

        @Override
        public WorkingRepository working() {
            throw new AssertionError("nobody reads here");
        }

        @Override
        public ConversationRepository conversations() {
            throw new AssertionError("nobody reads here");
        }

        @Override
        public EntryRepository entries() {
            throw new AssertionError("nobody reads here");
        }

        @Override
        public void addHook(CommitHook hook) {
            throw new AssertionError("hooks are the heap's");
        }
    }
}
