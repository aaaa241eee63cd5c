package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.Note;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.Storage.EntryRepository;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.StoredRow.EntryEndRow;
import dev.agentos.api.spi.StoredRow.EntryPurgeRow;
import dev.agentos.api.spi.StoredRow.EntryRow;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one namespace remembers. Written at once, also within a turn that keeps what it writes: run again, it finds its entries there. */
final class StoredEntries implements LongTermMemory {
    /** How many bytes the text, the surroundings and the metadata of a note may have together. */
    static final int MOST_BYTES = 1 << 20;

    /** How many notes are remembered, or entries listed, in one call. */
    static final int MOST_ENTRIES = 10_000;

    /** What the notes of one call, or the entries of an import, may have together: they are one transaction. */
    static final long MOST_BYTES_AT_A_TIME = 64L << 20;

    private static final int PAGE = 500;

    private final Access access;

    StoredEntries(Access access) {
        this.access = access;
    }

    private EntryRepository entries() {
        return access.storage().entries();
    }

    private static Deed deed(String verb, UUID id) {
        return Deed.of(verb, "entry " + id).with("id", id.toString());
    }

    // ---- remembering

    @Override
    public UUID remember(Note note) {
        return rememberAll(List.of(note)).getFirst();
    }

    @Override
    public List<UUID> rememberAll(List<Note> notes) {
        List<Note> all = List.copyOf(notes);
        if (all.size() > MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "at most " + MOST_ENTRIES + " notes are remembered at a time, not " + all.size());
        }
        Deed deed = deed(all);
        return access.change(deed, () -> {
            String stored = access.stored();
            List<Entry> made =
                    all.stream().map(note -> entry(stored, note, newId(), null)).toList();
            if (!made.isEmpty()) {
                access.commit(deed, rows(made));
            }
            return made.stream().map(Entry::id).toList();
        });
    }

    /** Says what is to be remembered, and checks its size. */
    private static Deed deed(List<Note> notes) {
        long bytes = 0;
        for (Note note : notes) {
            long size = size(note);
            Texts.checkSize("a note", size, MOST_BYTES);
            bytes += size;
        }
        Texts.checkSize("what is remembered at a time", bytes, MOST_BYTES_AT_A_TIME);
        if (notes.size() != 1) {
            return Deed.of(Deed.WRITE, notes.size() + " entries")
                    .with("entries", notes.size())
                    .carrying(bytes);
        }
        Note note = notes.getFirst();
        var text = Deed.of(Deed.WRITE, "entry").with("kind", note.kind().name()).carrying(note.text());
        return new Deed(text.verb(), text.what(), text.attributes(), bytes);
    }

    static long size(Note note) {
        long bytes = Texts.bytes(note.text()) + Texts.bytes(note.surroundings());
        for (var each : note.metadata().entrySet()) {
            bytes += Texts.bytes(each.getKey()) + Texts.bytes(each.getValue());
        }
        return bytes;
    }

    private UUID newId() {
        return access.desk().ids().next(access.now(), access.holder().turn());
    }

    private Entry entry(String stored, Note note, UUID id, @Nullable UUID supersedes) {
        Instant now = access.now();
        return new Entry(
                id,
                stored,
                note.kind(),
                note.text(),
                Entries.marked(note.metadata(), access.actor().taint()),
                note.importance(),
                note.surroundings(),
                note.time() == null ? now : note.time(),
                now,
                note.timeToLive() == null ? null : StoredWorking.after(now, note.timeToLive()),
                null,
                supersedes);
    }

    private List<EntryRow> rows(List<Entry> made) {
        return Meanings.rows(access, made);
    }

    @Override
    public UUID update(UUID id, Note note) {
        Deed said = deed(List.of(note));
        Deed deed = new Deed(
                Deed.WRITE,
                "entry " + id,
                said.with("supersedes", id.toString()).attributes(),
                said.bytes());
        return access.change(deed, () -> {
            String stored = access.stored();
            UUID newId = newId();
            // There already: this is a turn that runs again, and has updated it before.
            if (access.ask(() -> entries().find(stored, newId)).isEmpty()) {
                holding(stored, id);
                access.commit(deed, rows(List.of(entry(stored, note, newId, id))));
            }
            return newId;
        });
    }

    /**
     * Finds an entry that holds now.
     *
     * @throws IllegalArgumentException if there is none of that id here, or it has ended
     */
    private Entry holding(String stored, UUID id) {
        Entry entry = access.ask(() -> entries().find(stored, id))
                .orElseThrow(() -> new IllegalArgumentException("there is no entry " + id + " in " + access.text()));
        if (!entry.holdsAt(access.now())) {
            throw new IllegalArgumentException("entry " + id + " of " + access.text() + " has ended");
        }
        return entry;
    }

    @Override
    public UUID share(UUID id, String namespace) {
        Access there = access.of(namespace);
        Deed share = deed(Deed.SHARE, id).with("to", there.text());
        Deed write = deed(Deed.WRITE, id).with("from", access.text());
        List<Action> actions = List.of(access.action(share), there.action(write));
        return access.cross(
                actions, new Access.Work<>(() -> copied(id, there, write), 0, _ -> 0, copy -> "as " + copy));
    }

    private UUID copied(UUID id, Access there, Deed write) {
        Entry entry = holding(access.stored(), id);
        access.actor()
                .tainted(Entries.taint(entry)); // whether it was there, and when it ends, is told by how this ends
        var copy = new Entry(
                newId(),
                there.stored(),
                entry.kind(),
                entry.text(),
                entry.metadata(),
                entry.importance(),
                entry.surroundings(),
                entry.time(),
                access.now(),
                entry.expires(),
                null,
                null);
        there.commit(write, rows(List.of(copy)));
        return copy.id();
    }

    // ---- finding

    @Override
    public List<Hit> recall(Recall question) {
        return new Search(access, question).hits();
    }

    @Override
    public Optional<Entry> get(UUID id) {
        return access.read(
                deed(Deed.READ, id),
                () -> {
                    String stored = access.stored();
                    return access.ask(() -> entries().find(stored, id)).map(this::shown);
                },
                entry -> entry.map(StoredEntries::size).orElse(0L));
    }

    @Override
    public List<Entry> list(@Nullable UUID after, int most) {
        if (most < 1 || most > MOST_ENTRIES) {
            throw new IllegalArgumentException("1 to " + MOST_ENTRIES + " entries are listed at a time, not " + most);
        }
        return access.read(
                Deed.of(Deed.READ, "entries"),
                () -> page(access.stored(), after, most).stream()
                        .map(this::shown)
                        .toList(),
                entries -> entries.stream().mapToLong(StoredEntries::size).sum());
    }

    private List<Entry> page(String stored, @Nullable UUID after, int most) {
        Instant now = access.now();
        return access.ask(() -> entries().list(stored, after, most, now));
    }

    static long size(Entry entry) {
        return Texts.bytes(entry.text()) + Texts.bytes(entry.surroundings());
    }

    /** As those see it who do not know what namespaces are called in the store. */
    private Entry shown(Entry entry) {
        access.actor().tainted(Entries.taint(entry));
        return Entries.in(access.text(), entry);
    }

    @Override
    public long size() {
        return access.read(
                Deed.of(Deed.READ, "size"),
                () -> {
                    String stored = access.stored();
                    Instant now = access.now();
                    return access.ask(() -> entries().size(stored, now));
                },
                _ -> (long) Long.BYTES);
    }

    // ---- deleting

    @Override
    public boolean forget(UUID id) {
        Deed deed = deed(Deed.DELETE, id);
        return access.change(deed, () -> {
            String stored = access.stored();
            Instant now = access.now();
            boolean held = access.ask(() -> entries().find(stored, id))
                    .filter(entry -> entry.holdsAt(now))
                    .isPresent();
            if (held) {
                access.commit(deed, List.of(new EntryEndRow(stored, id, now)));
            }
            return held;
        });
    }

    @Override
    public boolean purge(UUID id) {
        Deed deed = deed(Deed.DELETE, id).with("forGood", true);
        return access.change(deed, () -> {
            String stored = access.stored();
            boolean there = access.ask(() -> entries().find(stored, id)).isPresent();
            if (there) {
                access.commit(deed, List.of(new EntryPurgeRow(stored, id)));
            }
            return there;
        });
    }

    @Override
    public int purgeEndedBefore(Instant moment) {
        Deed deed = Deed.of(Deed.DELETE, "entries that ended before " + Objects.requireNonNull(moment, "moment"))
                .with("before", moment.toString())
                .with("forGood", true);
        return access.cross(
                List.of(access.action(deed)),
                new Access.Work<>(() -> purged(deed, moment), 0, _ -> 0, count -> count + " entries"));
    }

    private int purged(Deed deed, Instant moment) {
        String stored = access.stored();
        // What ends later than now has not ended.
        Instant end = moment.isAfter(access.now()) ? access.now() : moment;
        int purged = 0;
        List<UUID> some;
        do {
            some = access.ask(() -> entries().endedBefore(stored, end, PAGE));
            if (!some.isEmpty()) {
                List<StoredRow> rows = new ArrayList<>();
                some.forEach(id -> rows.add(new EntryPurgeRow(stored, id)));
                access.commit(deed, rows);
                purged += some.size();
            }
        } while (some.size() == PAGE);
        return purged;
    }

    // ---- in and out

    @Override
    public long export(OutputStream out) {
        return new EntryTransfer(access).export(out);
    }

    @Override
    public long importFrom(InputStream in) {
        return new EntryTransfer(access).importFrom(in);
    }
}
