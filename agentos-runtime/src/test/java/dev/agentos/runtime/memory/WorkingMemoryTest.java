package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.memory.WorkingMemory;
import dev.agentos.api.spi.Durability;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkingMemoryTest {
    private final OpenedRuntime runtime = new OpenedRuntime();
    private final WorkingMemory shared = runtime.os.memory("shared/x").working();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** A typed value. */
    public record Position(String symbol, long shares, List<String> tags) {}

    @Test
    void put_isReadBack_asItsType() {
        var position = new Position("AAPL", 7, List.of("long", "tech"));

        shared.put("record", position);
        shared.put("text", "hello");
        shared.put("number", 42L);
        shared.put("list", List.of(1, 2, 3));
        shared.put("map", Map.of("a", true));

        assertThat(shared.get("record", Position.class)).contains(position);
        assertThat(shared.get("text", String.class)).contains("hello");
        assertThat(shared.get("number", Long.class)).contains(42L);
        assertThat(shared.get("list", List.class)).isPresent();
        assertThat(shared.get("map", Map.class)).isPresent();
        assertThat(shared.keys()).containsExactly("list", "map", "number", "record", "text");
    }

    @Test
    void get_isEmpty_whenThereIsNoValue() {
        assertThat(shared.get("nothing", String.class)).isEmpty();
        assertThat(shared.version("nothing")).isEqualTo(WorkingMemory.ABSENT);
    }

    /** Whoever could write there would say how a durable agent comes back, or keep it from coming back. */
    @Test
    void sessionOfTheSystem_isNobodysElse() {
        assertThatThrownBy(() -> runtime.os.memory("shared/x").working("agentos"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("agentos");
    }

    @Test
    void get_throws_whenTheValueIsAnotherType() {
        shared.put("k", "text");

        assertThatThrownBy(() -> shared.get("k", Position.class)).isInstanceOf(JsonException.class);
    }

    @Test
    void put_writesNothing_whenTheValueHasNoJsonForm() {
        assertThatThrownBy(() -> shared.put("k", new Object())).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> shared.put("k", Thread.currentThread())).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> shared.put("k", Double.NaN)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> shared.putIfVersion("k", new Object(), 0)).isInstanceOf(JsonException.class);

        assertThat(runtime.store.written).isEmpty();
        assertThat(runtime.records()).isEmpty();
    }

    @Test
    void put_refusesWhatIsTooLarge() {
        shared.put("k", "x".repeat(StoredWorking.MOST_BYTES - 2));

        assertThatThrownBy(() -> shared.put("k", "x".repeat(StoredWorking.MOST_BYTES - 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1048576")
                .hasMessageContaining("1048577");
        assertThatThrownBy(() -> shared.put("k", "é".repeat(StoredWorking.MOST_BYTES / 2)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0000b", "a\nb", "a\u202eb", "a\u2028b", "\ud800", "a\u200bb"})
    void names_areRefused_whenNobodySeesThem(String hostile) {
        assertThatThrownBy(() -> shared.put(hostile, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shared.get(hostile, String.class)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shared.remove(hostile)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> runtime.os.memory("shared/x").working(hostile))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void names_areBounded() {
        shared.put("é 日本 😀 ".repeat(20), 1);

        assertThatThrownBy(() -> shared.put("k".repeat(Texts.LONGEST_NAME + 1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("257");
    }

    @Test
    void versions_countChanges() {
        long first = shared.put("k", "a");
        long second = shared.put("k", "b");

        assertThat(second).isEqualTo(first + 1).isEqualTo(shared.version("k"));
    }

    @Test
    void putIfVersion_putsOnce_whenTwoSawTheSame() {
        AgentHandle[] two = new AgentHandle[2];
        for (int i = 0; i < two.length; i++) {
            two[i] = runtime.os.spawn(AgentSpec.builder("a" + i)
                    .grant("memory:shared/x read,write")
                    .run(ctx -> {
                        WorkingMemory seen = ctx.memory("shared/x").working();
                        int won = 0;
                        while (won < 50) {
                            long version = seen.version("count");
                            int count = seen.get("count", Integer.class).orElse(0);
                            if (seen.putIfVersion("count", count + 1, version).isPresent()) {
                                won++;
                            }
                        }
                    })
                    .build());
        }

        for (AgentHandle agent : two) {
            assertThat(agent.await(OpenedRuntime.LIMIT)).isInstanceOf(Exit.Completed.class);
        }

        // Reading version and value is two steps: a change in between makes the put fail, never double.
        assertThat(shared.get("count", Integer.class)).contains(100);
    }

    @Test
    void putIfVersion_isEmpty_whenSomebodyElseHasChangedIt() {
        long version = shared.put("k", "a");
        shared.put("k", "b");

        assertThat(shared.putIfVersion("k", "c", version)).isEmpty();
        assertThat(shared.putIfVersion("k", "c", WorkingMemory.ABSENT)).isEmpty();
        assertThat(shared.get("k", String.class)).contains("b");
        assertThat(runtime.records()).contains("host FAILED memory:shared/x write");
        assertThat(shared.putIfVersion("k", "c", version + 1)).contains(version + 2);
        assertThatThrownBy(() -> shared.putIfVersion("k", "d", -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timeToLive_endsByTheClockOfTheRuntime() {
        shared.put("k", "v", Duration.ofMinutes(10));
        runtime.clock.advance(Duration.ofMinutes(9));
        var before = shared.get("k", String.class);

        runtime.clock.advance(Duration.ofMinutes(1));

        assertThat(before).contains("v");
        assertThat(shared.get("k", String.class)).isEmpty();
        assertThat(shared.keys()).isEmpty();
        assertThat(shared.remove("k")).isFalse();
        assertThatThrownBy(() -> shared.put("k", "v", Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timeToLive_isForEver_whenNoCalendarReachesItsEnd() {
        shared.put("k", "v", Duration.ofSeconds(Long.MAX_VALUE));

        runtime.clock.advance(Duration.ofDays(10_000));

        assertThat(shared.get("k", String.class)).contains("v");
    }

    @Test
    void remove_saysWhetherThereWasOne() {
        shared.put("k", "v");

        assertThat(shared.remove("k")).isTrue();
        assertThat(shared.remove("k")).isFalse();
        assertThat(shared.get("k", String.class)).isEmpty();
        assertThat(shared.version("k")).isEqualTo(WorkingMemory.ABSENT);
    }

    @Test
    void sessions_areApart() {
        WorkingMemory other = runtime.os.memory("shared/x").working("other");
        shared.put("k", "default");

        assertThat(other.keys()).isEmpty();
        assertThat(other.putIfVersion("k", "other", WorkingMemory.ABSENT)).isPresent();
        assertThat(shared.get("k", String.class)).contains("default");
    }

    @Test
    void durability_isThatOfWhoWrites() {
        shared.put("k", "by the host, over a file");
        runtime.inAgent("a", ctx -> ctx.memory().working().put("k", "by an agent that does not outlive the program"));

        assertThat(runtime.store.durabilities).containsExactly(Durability.DURABLE, Durability.BUFFERED);
    }
}
