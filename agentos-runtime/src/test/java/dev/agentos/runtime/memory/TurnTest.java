package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.Note;
import dev.agentos.api.memory.Role;
import dev.agentos.api.memory.WorkingMemory;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.StoredRow.WorkingRow;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a turn that keeps what it writes sees of memories, and what it leaves to be committed. */
class TurnTest {
    private final OpenedDesk desk = new OpenedDesk();
    private final WorkingMemory working = desk.own().working();

    @AfterEach
    void close() {
        desk.close();
    }

    private FakeHolder.FakeTurn turn() {
        return Objects.requireNonNull(desk.agent.turn);
    }

    private List<WorkingRow> kept() {
        return turn().rows.stream()
                .filter(WorkingRow.class::isInstance)
                .map(WorkingRow.class::cast)
                .toList();
    }

    /** Ends the turn as a kernel does, and begins another. */
    private void commit() {
        desk.store
                .commit(List.copyOf(turn().rows), Durability.DURABLE)
                .toCompletableFuture()
                .join();
        desk.agent.turn = new FakeHolder.FakeTurn("a#1/8");
    }

    /** Puts a value as somebody who has no turn. */
    private void putByAnother(String key, String value) {
        var turn = turn();
        desk.agent.turn = null;
        working.put(key, value);
        desk.agent.turn = turn;
    }

    @Test
    void turn_readsItsOwnWrites_whichTheStoreHasNot() {
        working.put("k", "v");

        assertThat(working.get("k", String.class)).contains("v");
        assertThat(working.version("k")).isEqualTo(1);
        assertThat(working.keys()).containsExactly("k");
        assertThat(desk.store.written).isEmpty();
        assertThat(kept()).singleElement().satisfies(row -> {
            assertThat(row.namespace()).isEqualTo("agent/a#1");
            assertThat(row.version()).isEqualTo(WorkingRow.ANY);
        });
    }

    @Test
    void turn_seesWhatItRemoved_asGone() {
        putByAnother("k", "v");
        putByAnother("other", "v");

        assertThat(working.remove("k")).isTrue();
        assertThat(working.remove("k")).isFalse();

        assertThat(working.get("k", String.class)).isEmpty();
        assertThat(working.version("k")).isEqualTo(WorkingMemory.ABSENT);
        assertThat(working.keys()).containsExactly("other");
        commit();
        assertThat(working.keys()).containsExactly("other");
    }

    @Test
    void versions_areThoseOfTheStore_andOneForEachChange() {
        putByAnother("k", "a");
        putByAnother("k", "b");

        assertThat(working.put("k", "c")).isEqualTo(3);
        assertThat(working.put("k", "d")).isEqualTo(4);
        commit();

        assertThat(working.version("k")).isEqualTo(4);
        assertThat(working.get("k", String.class)).contains("d");
    }

    @Test
    void putIfVersion_leavesTheCheckToTheCommit_onceForEachKey() {
        putByAnother("k", "a");

        var first = working.putIfVersion("k", "b", 1);
        var second = working.putIfVersion("k", "c", 2);
        var wrong = working.putIfVersion("k", "d", 1);

        assertThat(first).contains(2L);
        assertThat(second).contains(3L);
        assertThat(wrong).isEmpty();
        assertThat(kept()).extracting(WorkingRow::version).containsExactly(1L, WorkingRow.ANY);
    }

    @Test
    void commitOfATurn_fails_whenSomebodyElseCameFirst() {
        working.putIfVersion("k", "mine", WorkingMemory.ABSENT);
        putByAnother("k", "theirs");

        assertThatThrownBy(this::commit).hasMessageContaining("k has version 1 by now, not 0");
    }

    @Test
    void timeToLive_endsWithinTheTurnToo() {
        working.put("k", "v", Duration.ofMinutes(1));

        desk.clock.advance(Duration.ofMinutes(1));

        assertThat(working.get("k", String.class)).isEmpty();
        assertThat(working.keys()).isEmpty();
    }

    @Test
    void eventsOfAChange_areKeptWithIt() {
        desk.grant("memory:shared/x read,write");

        desk.of("shared/x").working().put("k", "v");

        assertThat(turn().rows).hasExactlyElementsOfTypes(WorkingRow.class, StoredRow.EventRow.class);
        assertThat(desk.store.events().lastSequence()).isZero();
    }

    @Test
    void linesAndEntries_areThereOnce_whenTheTurnRunsAgain() {
        for (int run = 0; run < 2; run++) {
            desk.agent.turn = new FakeHolder.FakeTurn("a#1/7");
            desk.own().conversation("s").add(Role.USER, "hello");
            LongTermMemory memory = desk.own().longTerm();
            var id = memory.remember("sun");
            memory.rememberAll(List.of(Note.of("moon"), Note.of("star")));
            memory.update(id, Note.of("the sun"));
        }

        assertThat(desk.own().conversation("s").lines(0, 10)).hasSize(1);
        assertThat(desk.own().longTerm().list(null, 10))
                .extracting(entry -> entry.text())
                .containsExactly("moon", "star", "the sun");
        assertThat(desk.store.durabilities).containsOnly(Durability.DURABLE);
    }

    @Test
    void anotherTurn_writesAnew() {
        desk.own().conversation("s").add(Role.USER, "hello");
        desk.agent.turn = new FakeHolder.FakeTurn("a#1/8");
        desk.own().conversation("s").add(Role.USER, "hello");

        assertThat(desk.own().conversation("s").lines(0, 10)).hasSize(2);
    }
}
