package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.spi.Storage.EntryRepository;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Brings entries of one namespace out of the program and into it. */
final class EntryTransfer {
    private static final int PAGE = 500;

    private final Access access;

    EntryTransfer(Access access) {
        this.access = access;
    }

    private EntryRepository entries() {
        return access.storage().entries();
    }

    long export(OutputStream out) {
        var writer = new EntryWriter(access.json(), Objects.requireNonNull(out, "out"));
        return access.read(
                Deed.of(Deed.READ, "export").with("export", true),
                new Access.Work<>(
                        () -> exported(writer), 0, _ -> writer.bytes(), count -> count + " entries were exported"));
    }

    private long exported(EntryWriter out) {
        String stored = access.stored();
        long count = 0;
        UUID after = null;
        List<Entry> page;
        do {
            page = page(stored, after);
            for (Entry entry : page) {
                out.write(entry);
                access.actor().tainted(Entries.taint(entry));
                after = entry.id();
                count++;
            }
        } while (page.size() == PAGE);
        out.flush();
        return count;
    }

    private List<Entry> page(String stored, @Nullable UUID after) {
        Instant now = access.now();
        return access.ask(() -> entries().list(stored, after, PAGE, now));
    }

    long importFrom(InputStream in) {
        Objects.requireNonNull(in, "in");
        access.actor().crossing();
        List<EntryReader.Imported> read = new EntryReader(access.json(), in).all();
        long bytes =
                read.stream().mapToLong(each -> StoredEntries.size(each.note())).sum();
        Deed deed = Deed.of(Deed.WRITE, "import of " + read.size() + " entries")
                .with("entries", read.size())
                .carrying(bytes);
        return access.cross(
                List.of(access.action(deed)),
                new Access.Work<>(() -> imported(deed, read), bytes, _ -> 0, count -> count + " entries are new"));
    }

    private long imported(Deed deed, List<EntryReader.Imported> read) {
        String stored = access.stored();
        List<EntryReader.Imported> fresh = access.ask(() -> read.stream()
                .filter(each -> entries().find(stored, each.id()).isEmpty())
                .toList());
        if (!fresh.isEmpty()) {
            access.commit(
                    deed,
                    Meanings.rows(
                            access,
                            fresh.stream()
                                    .map(each -> Entries.marked(
                                            each.entry(stored, access.now()),
                                            access.actor().taint()))
                                    .toList()));
        }
        return fresh.size();
    }
}
