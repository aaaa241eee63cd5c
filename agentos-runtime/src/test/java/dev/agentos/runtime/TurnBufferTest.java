package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.StoredRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnBufferTest {
    private static StoredRow.WorkingRow put(String session, String key, int value) {
        return new StoredRow.WorkingRow(
                "agent/a#1", session, key, JsonValue.of(value), StoredRow.WorkingRow.ANY, Instant.EPOCH, null);
    }

    @Test
    void working_isTheNewestOfItsKey_andChangesCountsAll() {
        var buffer = new TurnBuffer("a#1/7");
        buffer.add(put("s", "k", 1));
        buffer.add(put("s", "other", 5));
        buffer.add(put("s", "k", 2));

        assertThat(buffer.working("agent/a#1", "s", "k")).isEqualTo(put("s", "k", 2));
        assertThat(buffer.changes("agent/a#1", "s", "k")).isEqualTo(2);
        assertThat(buffer.changes("agent/a#1", "s", "other")).isEqualTo(1);
        assertThat(buffer.rows()).containsExactly(put("s", "k", 1), put("s", "other", 5), put("s", "k", 2));
    }

    @Test
    void working_isNull_ofWhatTheTurnHasNotWritten() {
        var buffer = new TurnBuffer("a#1/7");
        buffer.add(put("s", "k", 1));

        assertThat(buffer.working("agent/b#1", "s", "k")).isNull();
        assertThat(buffer.working("agent/a#1", "t", "k")).isNull();
        assertThat(buffer.changes("agent/a#1", "s", "none")).isZero();
    }

    @Test
    void workingOf_isTheNewestOfEachKeyOfThatSession() {
        var buffer = new TurnBuffer("a#1/7");
        buffer.add(put("s", "k", 1));
        buffer.add(put("t", "k", 9));
        buffer.add(put("s", "k", 2));
        buffer.add(put("s", "m", 3));

        assertThat(buffer.workingOf("agent/a#1", "s")).containsExactly(put("s", "k", 2), put("s", "m", 3));
    }

    @Test
    void steps_haveTheSameNames_whenTheTurnRunsAgain() {
        var first = new TurnBuffer("a#1/7");
        var again = new TurnBuffer("a#1/7");

        List<String> names = List.of(first.step(), first.step());

        assertThat(names).doesNotHaveDuplicates().containsExactly(again.step(), again.step());
        assertThat(new TurnBuffer("a#1/8").step()).isNotIn(names);
    }

    @Test
    void leaving_isInOrder() {
        var buffer = new TurnBuffer("a#1/7");
        var left = new ArrayList<Integer>();
        buffer.whenCommitted(() -> left.add(1));
        buffer.whenCommitted(() -> left.add(2));

        buffer.leaving().forEach(Runnable::run);

        assertThat(left).containsExactly(1, 2);
    }

    @Test
    void add_refuses_whatIsMoreThanATransactionHolds() {
        var buffer = new TurnBuffer("a#1/7");
        for (int i = 0; i < TurnBuffer.MOST; i++) {
            buffer.add(put("s", "k", i));
        }

        assertThatThrownBy(() -> buffer.add(put("s", "k", 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a#1/7");
    }
}
