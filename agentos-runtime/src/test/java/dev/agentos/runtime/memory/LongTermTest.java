package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Note;
import dev.agentos.api.spi.StoredRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongTermTest {
    private final OpenedRuntime runtime = new OpenedRuntime();
    private final LongTermMemory memory = runtime.os.memory("shared/x").longTerm();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void remember_keepsEveryPartOfANote() {
        Note note = Note.builder("the sun is warm")
                .kind(MemoryKind.EPISODIC)
                .metadata("source", "sky")
                .importance(0.9)
                .surroundings("a day")
                .time(Instant.EPOCH)
                .timeToLive(Duration.ofDays(1))
                .build();

        UUID id = memory.remember(note);

        assertThat(memory.get(id))
                .contains(new Entry(
                        id,
                        "shared/x",
                        MemoryKind.EPISODIC,
                        "the sun is warm",
                        Map.of("source", "sky"),
                        0.9,
                        "a day",
                        Instant.EPOCH,
                        OpenedRuntime.START,
                        OpenedRuntime.START.plus(Duration.ofDays(1)),
                        null,
                        null));
    }

    @Test
    void ids_beginWithTheTime_andAreNeverTheSame() {
        UUID first = memory.remember("one");
        UUID second = memory.remember("two");

        assertThat(first).isNotEqualTo(second);
        assertThat(first.version()).isEqualTo(7);
        assertThat(first.variant()).isEqualTo(2);
        assertThat(first.getMostSignificantBits() >>> 16).isEqualTo(OpenedRuntime.START.toEpochMilli());
    }

    @Test
    void rememberAll_isOneCommit() {
        List<UUID> ids = memory.rememberAll(List.of(Note.of("one"), Note.of("two"), Note.of("three")));

        assertThat(memory.list(null, 10)).extracting(Entry::id).isEqualTo(ids);
        assertThat(runtime.store.durabilities).hasSize(1);
        assertThat(runtime.records())
                .filteredOn(record -> record.endsWith("write"))
                .hasSize(1);
        assertThat(memory.rememberAll(List.of())).isEmpty();
    }

    @Test
    void rememberAll_writesNothing_whenItIsTooMuch() {
        Note big = new Note("x", MemoryKind.SEMANTIC, Map.of(), 0, "x".repeat(StoredEntries.MOST_BYTES), null, null);
        Note almost =
                new Note("x", MemoryKind.SEMANTIC, Map.of(), 0, "x".repeat(StoredEntries.MOST_BYTES - 1), null, null);

        assertThatThrownBy(() -> memory.rememberAll(List.of(Note.of("one"), big)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1048577");
        assertThatThrownBy(() -> memory.rememberAll(Collections.nCopies(65, almost)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.rememberAll(Collections.nCopies(10_001, Note.of("x"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(memory.size()).isZero();
    }

    @Test
    void list_pages_oldestFirst() {
        List<UUID> ids =
                memory.rememberAll(List.of(Note.of("1"), Note.of("2"), Note.of("3"), Note.of("4"), Note.of("5")));

        List<Entry> first = memory.list(null, 2);
        List<Entry> second = memory.list(first.getLast().id(), 2);

        assertThat(second).extracting(Entry::id).containsExactly(ids.get(2), ids.get(3));
        assertThat(memory.size()).isEqualTo(5);
        assertThatThrownBy(() -> memory.list(null, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.list(null, 10_001)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void update_putsAnotherInItsPlace_andKeepsTheOldForEarlierViews() {
        UUID old = memory.remember("the sun is cold");

        UUID now = memory.update(old, Note.of("the sun is warm"));

        assertThat(memory.list(null, 10)).extracting(Entry::id).containsExactly(now);
        assertThat(memory.get(now).orElseThrow().supersedes()).isEqualTo(old);
        assertThat(memory.get(old).orElseThrow().ended()).isEqualTo(OpenedRuntime.START);
        assertThatThrownBy(() -> memory.update(old, Note.of("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has ended");
        assertThatThrownBy(() -> memory.update(new UUID(0, 0), Note.of("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no entry");
    }

    @Test
    void forget_endsAnEntry_onceOnly() {
        UUID id = memory.remember("sun");

        assertThat(memory.forget(id)).isTrue();
        assertThat(memory.forget(id)).isFalse();
        assertThat(memory.get(id)).isPresent();
        assertThat(memory.recall("sun", 10)).isEmpty();
    }

    @Test
    void purge_leavesNothing() {
        UUID id = memory.remember("sun");

        assertThat(memory.purge(id)).isTrue();
        assertThat(memory.purge(id)).isFalse();
        assertThat(memory.get(id)).isEmpty();
    }

    @Test
    void purgeEndedBefore_deletesWhatHasEnded_neverWhatHolds() {
        UUID forgotten = memory.remember("forgotten");
        memory.forget(forgotten);
        memory.remember(Note.builder("expires").timeToLive(Duration.ofHours(1)).build());
        UUID later = memory.remember(
                Note.builder("expires later").timeToLive(Duration.ofDays(9)).build());
        runtime.clock.advance(Duration.ofHours(2));

        int deleted = memory.purgeEndedBefore(OpenedRuntime.START.plus(Duration.ofDays(1_000)));

        assertThat(deleted).isEqualTo(2);
        assertThat(memory.get(forgotten)).isEmpty();
        assertThat(memory.list(null, 10)).extracting(Entry::id).containsExactly(later);
        assertThat(runtime.records().getLast()).isEqualTo("host DONE memory:shared/x read");
    }

    @Test
    void purgeEndedBefore_goesOn_untilNothingIsLeft() {
        memory.rememberAll(Collections.nCopies(
                1_200, Note.builder("x").timeToLive(Duration.ofMinutes(1)).build()));
        runtime.clock.advance(Duration.ofMinutes(2));

        assertThat(memory.purgeEndedBefore(runtime.clock.now())).isEqualTo(1_200);
        assertThat(runtime.store.written.stream().filter(StoredRow.EntryPurgeRow.class::isInstance))
                .hasSize(1_200);
    }

    @Test
    void share_copiesIntoAnotherNamespace_underAnIdOfItsOwn() {
        UUID id = memory.remember(Note.builder("sun").importance(0.7).build());

        UUID copy = memory.share(id, "shared/y");

        LongTermMemory there = runtime.os.memory("shared/y").longTerm();
        assertThat(copy).isNotEqualTo(id);
        assertThat(there.get(copy)).get().satisfies(entry -> {
            assertThat(entry.text()).isEqualTo("sun");
            assertThat(entry.importance()).isEqualTo(0.7);
            assertThat(entry.namespace()).isEqualTo("shared/y");
        });
        assertThat(there.get(id)).isEmpty();
        assertThat(memory.get(copy)).isEmpty();
        assertThat(runtime.records()).contains("host DONE memory:shared/x share", "host DONE memory:shared/y write");
        assertThatThrownBy(() -> memory.share(copy, "shared/y")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.share(id, "elsewhere")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entriesOfAnAgent_areShownUnderTheNamePeopleKnow() {
        UUID id = (UUID) runtime.inAgent("a", ctx -> ctx.memory().longTerm().remember("sun"));

        LongTermMemory seen = runtime.os.memory("agent/a").longTerm();

        assertThat(seen.get(id).orElseThrow().namespace()).isEqualTo("agent/a");
        assertThat(seen.list(null, 1).getFirst().namespace()).isEqualTo("agent/a");
        assertThat(seen.recall("sun", 1).getFirst().entry().namespace()).isEqualTo("agent/a");
    }
}
