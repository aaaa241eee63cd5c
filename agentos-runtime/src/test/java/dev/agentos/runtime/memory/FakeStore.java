package dev.agentos.runtime.memory;

import dev.agentos.api.AgentId;
import dev.agentos.api.StoreRetention;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Explanation;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.store.EmptyGrants;
import dev.agentos.runtime.store.HeapStorage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does in maps what a database does for memories, and can be slow: what it does otherwise is left to the storage on the heap. */
final class FakeStore implements Storage {
    /** The rows of memories, as they were handed over. */
    final List<StoredRow> written = new CopyOnWriteArrayList<>();

    final List<Durability> durabilities = new CopyOnWriteArrayList<>();
    final List<EntrySearch> searches = new CopyOnWriteArrayList<>();
    final Map<UUID, Embedding> vectors = new HashMap<>();
    /** Run by every query, on the thread that asks. */
    volatile Runnable beforeRead = () -> {};
    /** Ends the wait of every commit that writes to a memory. */
    volatile CompletableFuture<Void> acknowledged = CompletableFuture.completedFuture(null);

    private final Storage heap = new HeapStorage(10_000);
    private final Map<List<String>, StoredRow.WorkingRow> working =
            new TreeMap<>(Comparator.<List<String>, String>comparing(key -> String.join("\n", key)));
    private final Map<List<String>, List<Line>> lines = new HashMap<>();
    private final Map<List<String>, Line> once = new HashMap<>();
    private final Map<List<Object>, Entry> entries = new LinkedHashMap<>();
    private volatile long reserved;

    @Override
    public synchronized CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability) {
        boolean ofMemories = batch.stream().anyMatch(FakeStore::isOfMemory);
        if (ofMemories) {
            durabilities.add(durability);
        }
        try {
            batch.forEach(this::check);
        } catch (VersionConflictException conflict) {
            return CompletableFuture.failedFuture(conflict);
        }
        var numbered = new ArrayList<StoredRow>();
        var others = new ArrayList<StoredRow>();
        for (StoredRow row : batch) {
            if (isOfMemory(row)) {
                written.add(row);
                numbered.add(keep(row));
            } else if (row instanceof StoredRow.DatabaseRow) {
                reserved = row instanceof StoredRow.MessageIdsRow(var ids) ? ids : reserved;
                numbered.add(row);
            } else {
                others.add(row);
            }
        }
        if (numbered.isEmpty()) {
            return heap.commit(others, durability);
        }
        heap.commit(others, durability);
        return (ofMemories ? acknowledged : CompletableFuture.<Void>completedFuture(null))
                .thenApply(_ -> List.copyOf(numbered));
    }

    private static boolean isOfMemory(StoredRow row) {
        return row instanceof StoredRow.DatabaseRow
                && !(row instanceof StoredRow.MessageIdsRow
                        || row instanceof StoredRow.MessageRow
                        || row instanceof StoredRow.MessageStageRow
                        || row instanceof StoredRow.GrantIdsRow
                        || row instanceof StoredRow.GrantRow
                        || row instanceof StoredRow.GrantUseRow
                        || row instanceof StoredRow.GrantEndRow);
    }

    private void check(StoredRow row) {
        if (row instanceof StoredRow.WorkingRow change && change.version() != StoredRow.WorkingRow.ANY) {
            long found = present(change.namespace(), change.session(), change.key(), change.time())
                    .map(StoredRow.WorkingRow::version)
                    .orElse(0L);
            if (found != change.version()) {
                throw new VersionConflictException(change.key(), change.version(), found);
            }
        }
    }

    private StoredRow keep(StoredRow row) {
        switch (row) {
            case StoredRow.WorkingRow change -> {
                return keep(change);
            }
            case StoredRow.LineRow line -> {
                return keep(line);
            }
            case StoredRow.EntryRow(var entry, var embedding) -> keep(entry, embedding);
            case StoredRow.EntryEndRow(var namespace, var id, var time) ->
                entries.computeIfPresent(
                        List.of(namespace, id), (_, entry) -> entry.ended() == null ? ended(entry, time) : entry);
            case StoredRow.EntryPurgeRow(var namespace, var id) -> entries.remove(List.of(namespace, id));
            case StoredRow other -> throw new IllegalArgumentException("not of a memory: " + other);
        }
        return row;
    }

    private StoredRow keep(StoredRow.WorkingRow change) {
        long version = present(change.namespace(), change.session(), change.key(), change.time())
                        .map(StoredRow.WorkingRow::version)
                        .orElse(0L)
                + 1;
        var now = new StoredRow.WorkingRow(
                change.namespace(),
                change.session(),
                change.key(),
                change.value(),
                version,
                change.time(),
                change.expires(),
                change.taint());
        working.put(List.of(change.namespace(), change.session(), change.key()), now);
        return now;
    }

    private StoredRow keep(StoredRow.LineRow row) {
        List<Line> all = lines.computeIfAbsent(List.of(row.namespace(), row.session()), _ -> new ArrayList<>());
        Line before = row.once() == null ? null : once.get(List.of(row.namespace(), row.session(), row.once()));
        if (before != null) {
            return new StoredRow.LineRow(row.namespace(), row.session(), before, row.once());
        }
        Line line = row.line();
        var placed = new Line(
                all.size() + 1, line.role(), line.text(), line.call(), line.tokens(), line.time(), line.covers());
        all.add(placed);
        if (row.once() != null) {
            once.put(List.of(row.namespace(), row.session(), row.once()), placed);
        }
        return new StoredRow.LineRow(row.namespace(), row.session(), placed, row.once());
    }

    private void keep(Entry entry, @Nullable Embedding embedding) {
        if (entries.putIfAbsent(List.of(entry.namespace(), entry.id()), entry) != null) {
            return;
        }
        if (embedding != null) {
            vectors.put(entry.id(), embedding);
        }
        if (entry.supersedes() != null) {
            entries.computeIfPresent(
                    List.of(entry.namespace(), entry.supersedes()),
                    (_, old) -> old.ended() == null ? ended(old, entry.remembered()) : old);
        }
    }

    private static Entry ended(Entry entry, Instant time) {
        return new Entry(
                entry.id(),
                entry.namespace(),
                entry.kind(),
                entry.text(),
                entry.metadata(),
                entry.importance(),
                entry.surroundings(),
                entry.time(),
                entry.remembered(),
                entry.expires(),
                time,
                entry.supersedes());
    }

    private <T> T read(Supplier<T> query) {
        beforeRead.run();
        synchronized (this) {
            return query.get();
        }
    }

    // ---- working memories

    private Optional<StoredRow.WorkingRow> present(String namespace, String session, String key, Instant now) {
        return Optional.ofNullable(working.get(List.of(namespace, session, key)))
                .filter(row -> row.value() != null)
                .filter(row -> row.expires() == null || row.expires().isAfter(now));
    }

    @Override
    public WorkingRepository working() {
        return new WorkingRepository() {
            @Override
            public Optional<StoredRow.WorkingRow> find(String namespace, String session, String key, Instant now) {
                return read(() -> present(namespace, session, key, now));
            }

            @Override
            public List<StoredRow.WorkingRow> all(String namespace, String session, Instant now) {
                return read(() -> working.values().stream()
                        .filter(row -> row.namespace().equals(namespace)
                                && row.session().equals(session))
                        .flatMap(row -> present(namespace, session, row.key(), now).stream())
                        .toList());
            }

            @Override
            public List<String> sessions(String namespace, Instant now) {
                throw new UnsupportedOperationException("no memory asks");
            }
        };
    }

    // ---- conversations

    @Override
    public ConversationRepository conversations() {
        return new ConversationRepository() {
            private List<Line> of(String namespace, String session) {
                return read(() -> List.copyOf(lines.getOrDefault(List.of(namespace, session), List.of())));
            }

            @Override
            public List<Line> after(String namespace, String session, long position, int most) {
                return of(namespace, session).stream()
                        .filter(line -> line.position() > position)
                        .limit(most)
                        .toList();
            }

            @Override
            public List<Line> before(String namespace, String session, long position, int most) {
                return of(namespace, session).reversed().stream()
                        .filter(line -> line.position() < position)
                        .limit(most)
                        .toList();
            }

            @Override
            public Optional<Line> newest(String namespace, String session, Role role) {
                return of(namespace, session).reversed().stream()
                        .filter(line -> line.role() == role)
                        .findFirst();
            }

            @Override
            public List<Line> all(String namespace, String session, Role role) {
                return of(namespace, session).stream()
                        .filter(line -> line.role() == role)
                        .toList();
            }

            @Override
            public List<String> sessions(String namespace) {
                throw new UnsupportedOperationException("no memory asks");
            }
        };
    }

    // ---- long-term memories

    /** By the words that are asked for, however often they occur. */
    @Override
    public EntryRepository entries() {
        return new EntryRepository() {
            private List<Entry> of(String namespace) {
                return read(() -> entries.values().stream()
                        .filter(entry -> entry.namespace().equals(namespace))
                        .toList());
            }

            @Override
            public Optional<Entry> find(String namespace, UUID id) {
                return read(() -> Optional.ofNullable(entries.get(List.of(namespace, id))));
            }

            @Override
            public List<Entry> list(String namespace, @Nullable UUID after, int most, Instant now) {
                List<Entry> all = of(namespace);
                int from = 0;
                while (after != null && !all.get(from++).id().equals(after)) {}
                return all.subList(from, all.size()).stream()
                        .filter(entry -> entry.holdsAt(now))
                        .limit(most)
                        .toList();
            }

            @Override
            public long size(String namespace, Instant now) {
                return of(namespace).stream()
                        .filter(entry -> entry.holdsAt(now))
                        .count();
            }

            @Override
            public List<UUID> endedBefore(String namespace, Instant moment, int most) {
                return of(namespace).stream()
                        .filter(entry -> isBefore(entry.ended(), moment) || isBefore(entry.expires(), moment))
                        .map(Entry::id)
                        .limit(most)
                        .toList();
            }

            private static boolean isBefore(@Nullable Instant time, Instant moment) {
                return time != null && time.isBefore(moment);
            }

            @Override
            public Map<String, Long> namespaces(Instant now) {
                return read(() -> {
                    var counts = new TreeMap<String, Long>();
                    entries.values()
                            .forEach(entry -> counts.merge(entry.namespace(), entry.holdsAt(now) ? 1L : 0L, Long::sum));
                    return counts;
                });
            }

            @Override
            public List<Hit> search(EntrySearch search) {
                searches.add(search);
                List<String> words = List.of(search.question().text().split(" "));
                return read(() -> entries.values().stream()
                        .filter(entry -> search.namespaces().contains(entry.namespace()))
                        .filter(entry -> entry.holdsAt(search.now()))
                        .filter(entry -> words.stream().anyMatch(entry.text()::contains))
                        .limit(search.question().limit())
                        .map(entry -> new Hit(entry, 1, new Explanation(1.0, 1, null, null, 1, 0, 0, "words")))
                        .toList());
            }
        };
    }

    // ---- everything else

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

    /** Keeps how far numbers are taken, and no messages. */
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

    /** There is nothing to put in order, but a runtime asks for it when its clock moves. */
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
        return new Maintenance() {
            @Override
            public List<String> check() {
                return List.of();
            }

            @Override
            public List<String> repair() {
                return List.of();
            }

            @Override
            public void backup(Path to) {
                throw new UnsupportedOperationException("no memory asks");
            }

            @Override
            public void vacuum() {}

            @Override
            public Map<String, Long> prune(StoreRetention retention, Instant now) {
                return Map.of();
            }
        };
    }

    @Override
    public void addHook(CommitHook hook) {
        heap.addHook(hook);
    }

    /** A second runtime may open it again. */
    @Override
    public void close() {}
}
