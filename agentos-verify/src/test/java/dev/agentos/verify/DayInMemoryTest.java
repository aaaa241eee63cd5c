package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.StoreRetention;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.Note;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.message.Message;
import dev.agentos.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A day passes on the manual clock: timers tick, memories expire, history is pruned, on a real store. */
@Timeout(120)
class DayInMemoryTest {
    private static final Instant MORNING = Instant.parse("2026-01-05T00:00:00Z");
    private static final int TICKS = 144;
    private static final int EVENTS_KEPT = 50;

    private final ManualClock clock = ManualClock.startingAt(MORNING);

    @TempDir
    private Path folder;

    private AgentOS open() {
        return AgentOS.builder()
                .storage(folder.resolve("day.db"))
                .time(clock)
                .retention(StoreRetention.builder()
                        .events(StoreRetention.Keep.days(30).rows(EVENTS_KEPT))
                        .entries(new StoreRetention.Keep(Duration.ofHours(1), Long.MAX_VALUE))
                        .build())
                .build();
    }

    /** Every ten minutes it remembers a price for two hours, says which was the last one, and tells whoever listens. */
    private static AgentSpec watcher() {
        return AgentSpec.builder("watcher")
                .run(ctx -> {
                    try (var _ = ctx.every(Duration.ofMinutes(10), "tick")) {
                        for (int tick = 1; tick <= TICKS; tick++) {
                            ctx.receive();
                            ctx.memory("shared/prices")
                                    .longTerm()
                                    .remember(Note.builder("price of bitcoin at tick " + tick)
                                            .timeToLive(Duration.ofHours(2))
                                            .build());
                            ctx.memory().working().put("last", tick, Duration.ofMinutes(30));
                            ctx.publish("prices.btc", tick);
                        }
                    }
                    ctx.receive();
                })
                .grant("memory:shared/prices read,write")
                .grant("topic:prices.btc publish")
                .build();
    }

    private static AgentSpec listener() {
        return AgentSpec.builder("listener")
                .onMessage((message, ctx) -> {
                    var working = ctx.memory().working();
                    if (message.headers().containsKey(Message.TOPIC)) {
                        int before = working.get("heard", Integer.class).orElse(0);
                        working.put("heard", before + 1);
                    }
                })
                .subscribe("prices.*")
                .grant("topic:prices.* subscribe")
                .build();
    }

    @Test
    void day_passesInSeconds_andLeavesWhatShouldBeLeft() {
        try (AgentOS os = open()) {
            os.spawn(listener());
            os.spawn(watcher());
            Memory prices = os.memory("shared/prices");

            clock.advance(Duration.ofHours(24));

            assertThat(os.memory("agent/listener").working().get("heard", Integer.class))
                    .contains(TICKS);
            assertThat(prices.longTerm().list(null, 1_000))
                    .extracting(Entry::text)
                    .containsExactlyElementsOf(IntStream.rangeClosed(TICKS - 11, TICKS)
                            .mapToObj(tick -> "price of bitcoin at tick " + tick)
                            .toList());
            assertThat(os.memory("agent/watcher").working().get("last", Integer.class))
                    .contains(TICKS);

            clock.advance(Duration.ofHours(4));

            assertThat(os.memory("agent/watcher").working().get("last", Integer.class))
                    .isEmpty();
            assertThat(prices.longTerm().recall("bitcoin price", 10)).isEmpty();
            assertThat(os.maintenance().check()).isEmpty();
        }
    }

    @Test
    void retention_deletesWhatExpired_andKeepsTheNewestEventsWithoutGap() {
        try (AgentOS os = open()) {
            Memory prices = os.memory("shared/prices");
            UUID id = prices.longTerm()
                    .remember(Note.builder("gone by noon")
                            .timeToLive(Duration.ofHours(2))
                            .build());
            os.spawn(watcher());

            clock.advance(Duration.ofMinutes(150));
            assertThat(prices.longTerm().recall("noon", 10)).isEmpty();
            assertThat(prices.longTerm().get(id)).isPresent();
            assertThat(prices.longTerm()
                            .recall(Recall.builder("noon")
                                    .asOf(MORNING.plus(Duration.ofHours(1)))
                                    .build()))
                    .hasSize(1);
            clock.advance(Duration.ofHours(22));

            assertThat(prices.longTerm().get(id)).isEmpty();
            List<Event> kept = os.events().history(EventFilter.all(), 0, 100_000);
            // What was said since the last look of the house keeper comes on top.
            assertThat(kept).hasSizeBetween(EVENTS_KEPT, EVENTS_KEPT + 20);
            assertThat(kept.getLast().sequence() - kept.getFirst().sequence()).isEqualTo(kept.size() - 1);
            assertThat(os.events().history(EventFilter.type("storage.pruned"), 0, 1_000))
                    .extracting(Event::data)
                    .anySatisfy(pruned -> assertThat(pruned)
                            .isInstanceOfSatisfying(
                                    SystemEvent.Pruned.class,
                                    each -> assertThat(each.what()).isEqualTo("events")));
        }
    }
}
