package dev.agentos.testkit.contract;

import static dev.agentos.testkit.contract.EntryRows.NOW;
import static dev.agentos.testkit.contract.EntryRows.commit;
import static dev.agentos.testkit.contract.EntryRows.embedding;
import static dev.agentos.testkit.contract.EntryRows.entry;
import static dev.agentos.testkit.contract.EntryRows.expiring;
import static dev.agentos.testkit.contract.EntryRows.nearest;
import static dev.agentos.testkit.contract.EntryRows.row;
import static dev.agentos.testkit.contract.EntryRows.superseding;
import static dev.agentos.testkit.contract.EntryRows.withText;
import static dev.agentos.testkit.contract.EntryRows.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Storage} has to do with long-term memory.
 *
 * @since 0.2
 */
public interface EntryContract {
    /** {@return an empty store; the test closes it} */
    Storage openStorage();

    /** What was remembered is found again, equal. */
    @Test
    default void find_isEqualToWhatWasRemembered_withAllItsParts() {
        try (Storage storage = openStorage()) {
            var entry = new Entry(
                    UUID.randomUUID(),
                    "shared/kitchen",
                    MemoryKind.PROCEDURAL,
                    "Let the dough rest. 😀 \"quoted\" 'n' \u0000 end",
                    Map.of("source", "book \"one\"", "page.no", "17", "", "$[0]"),
                    0.1,
                    "before and after",
                    NOW.minusSeconds(5),
                    NOW.minusNanos(1),
                    NOW.plusNanos(1),
                    NOW.plusSeconds(9),
                    UUID.randomUUID());

            commit(storage, new StoredRow.EntryRow(entry, null));

            assertThat(storage.entries().find("shared/kitchen", entry.id())).contains(entry);
            assertThat(storage.entries().find("shared/cellar", entry.id())).isEmpty();
        }
    }

    /** An id that is there already is left alone; in another namespace it is another entry. */
    @Test
    default void remember_leavesAlone_whatTheNamespaceHas() {
        try (Storage storage = openStorage()) {
            Entry first = entry("shared/a", "first");
            commit(storage, row(first, 1, 0));

            commit(storage, row(withText(first, "shared/a", "second"), 0, 1));
            commit(storage, row(withText(first, "shared/b", "third"), 0, 1));

            assertThat(storage.entries().find("shared/a", first.id())).contains(first);
            assertThat(storage.entries().find("shared/b", first.id()))
                    .get()
                    .extracting(Entry::text)
                    .isEqualTo("third");
            assertThat(words(storage, "second", "shared/a")).isEmpty();
        }
    }

    /** Pages follow the commits, and leave out what does not hold. */
    @Test
    default void list_pagesInTheOrderOfCommits_whatHolds() {
        try (Storage storage = openStorage()) {
            List<Entry> all = IntStream.range(0, 5)
                    .mapToObj(i -> entry("shared/a", "number " + i))
                    .toList();
            all.forEach(entry -> commit(storage, row(entry)));
            commit(storage, row(entry("shared/b", "elsewhere")));
            commit(storage, new StoredRow.EntryEndRow("shared/a", all.get(2).id(), NOW));

            List<Entry> first = storage.entries().list("shared/a", null, 2, NOW);
            List<Entry> second =
                    storage.entries().list("shared/a", first.getLast().id(), 9, NOW);

            assertThat(first).containsExactly(all.get(0), all.get(1));
            assertThat(second).containsExactly(all.get(3), all.get(4));
            assertThatThrownBy(() -> storage.entries().list("shared/a", UUID.randomUUID(), 9, NOW))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("shared/a");
        }
    }

    /** Sizes count what holds at the time that is asked for, to the nanosecond. */
    @Test
    default void size_countsWhatHolds_atThatTime() {
        try (Storage storage = openStorage()) {
            commit(storage, row(entry("shared/a", "stays")));
            commit(storage, row(expiring(entry("shared/a", "goes"), NOW)));
            Entry ended = entry("shared/b", "ends");
            commit(storage, row(ended));
            commit(storage, new StoredRow.EntryEndRow("shared/b", ended.id(), NOW));

            Map<String, Long> before = storage.entries().namespaces(NOW.minusNanos(1));
            Map<String, Long> now = storage.entries().namespaces(NOW);

            assertThat(before).containsExactly(Map.entry("shared/a", 2L), Map.entry("shared/b", 1L));
            assertThat(now).containsExactly(Map.entry("shared/a", 1L), Map.entry("shared/b", 0L));
            assertThat(storage.entries().size("shared/a", NOW)).isEqualTo(1);
            assertThat(storage.entries().size("shared/none", NOW)).isZero();
        }
    }

    /** What ended or expired before a time is listed for deletion, to the nanosecond. */
    @Test
    default void endedBefore_namesWhatEndedOrExpired() {
        try (Storage storage = openStorage()) {
            Entry expired = expiring(entry("shared/a", "expired"), NOW);
            Entry ended = entry("shared/a", "ended");
            commit(storage, row(expired), row(ended), row(entry("shared/a", "holds")));
            commit(storage, new StoredRow.EntryEndRow("shared/a", ended.id(), NOW));

            assertThat(storage.entries().endedBefore("shared/a", NOW.plusNanos(1), 9))
                    .containsExactly(expired.id(), ended.id());
            assertThat(storage.entries().endedBefore("shared/a", NOW.plusNanos(1), 1))
                    .containsExactly(expired.id());
            assertThat(storage.entries().endedBefore("shared/a", NOW, 9)).isEmpty();
            assertThat(storage.entries().endedBefore("shared/b", NOW.plusSeconds(1), 9))
                    .isEmpty();
        }
    }

    /** The entry that is superseded ends when the new one was remembered; one in another namespace does not. */
    @Test
    default void remember_endsWhatItSupersedes_inItsNamespace() {
        try (Storage storage = openStorage()) {
            Entry old = entry("shared/a", "the gate opens at eight");
            Entry elsewhere = withText(old, "shared/b", "the gate opens at eight");
            commit(storage, row(old), row(elsewhere));

            commit(storage, row(superseding(entry("shared/a", "the gate opens at nine"), old.id())));

            assertThat(storage.entries()
                            .find("shared/a", old.id())
                            .orElseThrow()
                            .ended())
                    .isEqualTo(NOW.minusSeconds(60));
            assertThat(storage.entries()
                            .find("shared/b", old.id())
                            .orElseThrow()
                            .ended())
                    .isNull();
            assertThat(words(storage, "gate", "shared/a"))
                    .extracting(Hit::text)
                    .containsExactly("the gate opens at nine");
        }
    }

    /** An entry ends once, and only through its own namespace. */
    @Test
    default void end_keepsTheFirstTime_andNeedsTheNamespace() {
        try (Storage storage = openStorage()) {
            Entry entry = entry("shared/a", "text");
            commit(storage, row(entry));

            commit(storage, new StoredRow.EntryEndRow("shared/b", entry.id(), NOW.minusSeconds(9)));
            commit(storage, new StoredRow.EntryEndRow("shared/a", entry.id(), NOW));
            commit(storage, new StoredRow.EntryEndRow("shared/a", entry.id(), NOW.plusSeconds(9)));

            assertThat(storage.entries()
                            .find("shared/a", entry.id())
                            .orElseThrow()
                            .ended())
                    .isEqualTo(NOW);
        }
    }

    /** A purged entry is found by nothing any more, of no time. */
    @Test
    default void purge_leavesNothing_ofTheEntryInThatNamespace() {
        try (Storage storage = openStorage()) {
            Entry entry = entry("shared/a", "heron");
            commit(storage, row(entry, 1, 0), row(withText(entry, "shared/b", "heron"), 1, 0));

            commit(storage, new StoredRow.EntryPurgeRow("shared/c", entry.id()));
            commit(storage, new StoredRow.EntryPurgeRow("shared/a", entry.id()));

            assertThat(storage.entries().find("shared/a", entry.id())).isEmpty();
            assertThat(words(storage, "heron", "shared/a")).isEmpty();
            assertThat(nearest(storage, embedding(1, 0), "shared/a")).isEmpty();
            assertThat(words(storage, "heron", "shared/b")).hasSize(1);
        }
    }

    /** All of a batch or nothing. */
    @Test
    default void remember_writesNothing_ofABatchThatFails() {
        try (Storage storage = openStorage()) {
            Entry entry = entry("shared/a", "harbour");
            var conflict = new StoredRow.WorkingRow("agent/x#1", "s", "k", null, 7, NOW, null);

            assertThatThrownBy(() -> commit(storage, row(entry, 1, 0), conflict))
                    .isNotNull();

            assertThat(storage.entries().find("shared/a", entry.id())).isEmpty();
            assertThat(words(storage, "harbour", "shared/a")).isEmpty();
            assertThat(nearest(storage, embedding(1, 0), "shared/a")).isEmpty();
        }
    }
}
