package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.StoreRetention;
import dev.agentos.api.StoreRetention.Keep;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Role;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruningTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00.000000005Z");

    @TempDir
    Path folder;

    private static Instant daysAgo(long days) {
        return NOW.minus(Duration.ofDays(days));
    }

    private static StoredRow.EventRow event(String type, Instant time) {
        return new StoredRow.EventRow(new Event(0, time, Stores.DESK, type, new SystemEvent.Logged(type)));
    }

    private static StoredRow.MessageRow message(long id, StoredRow.Stage stage, Instant sent) {
        Message like = Stores.message(id, "hello").message();
        var message = new Message(
                id, like.sender(), like.recipient(), like.type(), like.payload(), id, id, sent, like.headers());
        return new StoredRow.MessageRow(message, Stores.DESK, stage, 1);
    }

    private static StoredRow.LineRow line(String session, String text, Instant time) {
        return new StoredRow.LineRow("agent/a#1", session, new Line(0, Role.USER, text, null, 1, time, null), null);
    }

    private static StoredRow.EntryRow entry(String text, double importance, Instant time, @Nullable Instant ended) {
        var entry = new Entry(
                UUID.randomUUID(),
                "shared/kitchen",
                MemoryKind.SEMANTIC,
                text,
                Map.of(),
                importance,
                "",
                time,
                time,
                null,
                ended,
                null);
        return new StoredRow.EntryRow(entry, Embedding.of("m", new float[] {1, (float) importance}));
    }

    private static StoredRow.WorkingRow key(String key, Instant time, @Nullable Instant expires) {
        return new StoredRow.WorkingRow(
                "agent/a#1", "s", key, JsonValue.of("secret"), StoredRow.WorkingRow.ANY, time, expires);
    }

    private static StoredRow.GrantRow grant(long id, @Nullable Long parent) {
        return new StoredRow.GrantRow(
                id,
                PrincipalId.HOST,
                Capability.parse("tool:x call"),
                parent,
                GrantOrigin.GRANTED,
                daysAgo(100),
                PrincipalId.HOST);
    }

    private static StoredRow.GrantEndRow end(long id, Instant time) {
        return new StoredRow.GrantEndRow(id, time, PrincipalId.HOST, "enough");
    }

    private static Approval pending(long ticket) {
        return new Approval(
                ticket,
                1,
                Approval.Kind.ACTION,
                PrincipalId.HOST,
                List.of(),
                JsonObject.EMPTY,
                "tool:x call",
                List.of("large"),
                daysAgo(999),
                daysAgo(998),
                Approval.State.PENDING,
                null);
    }

    private static StoredRow.ApprovalRow settled(long ticket, Instant time) {
        var how = new Approval.Settlement(time, PrincipalId.HOST, "", null);
        return new StoredRow.ApprovalRow(pending(ticket).settled(Approval.State.DENIED, how), null, false);
    }

    private static List<Long> tickets(Storage storage) {
        return storage.approvals().after(0, 100).stream()
                .map(row -> row.approval().ticket())
                .toList();
    }

    private static List<String> texts(Storage storage) {
        return storage.entries().list("shared/kitchen", null, 100, NOW).stream()
                .map(Entry::text)
                .toList();
    }

    private abstract static class Contract {
        abstract Storage open();

        @Test
        void prune_deletesNothing_ofAnEmptyStore() {
            try (Storage storage = open()) {
                assertThat(storage.maintenance().prune(StoreRetention.defaults(), NOW))
                        .isEmpty();
            }
        }

        @Test
        void prune_deletesWhatIsTooOld_toTheNanosecond() {
            try (Storage storage = open()) {
                Stores.commit(
                        storage,
                        event("old", daysAgo(30).minusNanos(1)),
                        event("just in time", daysAgo(30)),
                        event("new", NOW));

                var pruned = storage.maintenance().prune(StoreRetention.defaults(), NOW);

                assertThat(pruned).isEqualTo(Map.of("events", 1L));
                assertThat(storage.events().find(EventFilter.all(), 0, 10))
                        .extracting(Event::type)
                        .containsExactly("just in time", "new");
            }
        }

        @Test
        void prune_leavesNoGaps_whenAnOldEventStandsBehindANewOne() {
            try (Storage storage = open()) {
                Stores.commit(
                        storage, event("old", daysAgo(50)), event("new", NOW), event("clock set back", daysAgo(40)));

                storage.maintenance().prune(StoreRetention.defaults(), NOW);

                assertThat(storage.events().find(EventFilter.all(), 0, 10))
                        .extracting(Event::type)
                        .containsExactly("new", "clock set back");
                assertThat(storage.maintenance().check()).isEmpty();
            }
        }

        @Test
        void prune_deletesGrantsThatEndedLongAgo_andAllThatWasDerivedFromThem() {
            try (Storage storage = open()) {
                Stores.commit(storage, grant(1, null), grant(2, 1L), grant(3, 2L), grant(4, null), grant(5, 4L));
                Stores.commit(
                        storage, grant(6, null), grant(7, 6L), end(1, daysAgo(91)), end(6, daysAgo(89)), end(9, NOW));

                var pruned = storage.maintenance().prune(StoreRetention.defaults(), NOW);

                assertThat(pruned).isEqualTo(Map.of("grants", 3L, "grant_ends", 1L));
                assertThat(storage.grants().living(0, 10))
                        .extracting(stored -> stored.grant().id())
                        .containsExactly(4L, 5L, 7L);
                assertThat(storage.grants().find(6))
                        .hasValueSatisfying(stored -> assertThat(stored.end()).isNotNull());
                assertThat(storage.maintenance().prune(StoreRetention.defaults(), NOW))
                        .isEmpty();
            }
        }

        @Test
        void prune_keepsTheNewestRows_whenThereAreTooMany() {
            StoreRetention few = StoreRetention.builder()
                    .events(Keep.all().rows(3))
                    .actions(Keep.all().rows(2))
                    .deadLetters(Keep.all().rows(1))
                    .build();
            try (Storage storage = open()) {
                IntStream.rangeClosed(1, 5)
                        .forEach(i -> Stores.commit(
                                storage,
                                event("e" + i, NOW),
                                Stores.action("x", Decision.allow()),
                                Stores.letter("hello")));

                var pruned = storage.maintenance().prune(few, NOW);

                assertThat(pruned).isEqualTo(Map.of("events", 2L, "actions", 3L, "dead_letters", 4L));
                assertThat(storage.events().find(EventFilter.all(), 0, 10))
                        .extracting(Event::sequence)
                        .containsExactly(3L, 4L, 5L);
                assertThat(storage.actions().find(ActionQuery.all())).hasSize(2);
                assertThat(storage.deadLetters().find(0, 10)).hasSize(1);
                assertThat(storage.maintenance().prune(few, NOW)).isEmpty();
            }
        }

        @Test
        void prune_neverDeletesMessagesThatWait() {
            StoreRetention none =
                    StoreRetention.builder().messages(Keep.days(1).rows(0)).build();
            try (Storage storage = open()) {
                Stores.commit(
                        storage,
                        message(1, StoredRow.Stage.PENDING, daysAgo(900)),
                        message(2, StoredRow.Stage.DONE, daysAgo(900)),
                        message(3, StoredRow.Stage.DEAD, daysAgo(900)),
                        message(4, StoredRow.Stage.PENDING, NOW),
                        message(5, StoredRow.Stage.DONE, NOW));

                assertThat(storage.maintenance().prune(StoreRetention.defaults(), NOW))
                        .isEqualTo(Map.of("messages", 2L));
                assertThat(storage.maintenance().prune(none, NOW)).isEqualTo(Map.of("messages", 1L));

                assertThat(storage.messages().pending(Stores.DESK))
                        .extracting(row -> row.message().id())
                        .containsExactly(1L, 4L);
                assertThat(storage.messages().conversation(5, 10)).isEmpty();
            }
        }

        @Test
        void prune_boundsEachConversation_andLinesGoOnCounting() {
            StoreRetention few =
                    StoreRetention.builder().lines(Keep.days(10).rows(2)).build();
            try (Storage storage = open()) {
                IntStream.rangeClosed(1, 4).forEach(i -> Stores.commit(storage, line("long", "l" + i, NOW)));
                Stores.commit(storage, line("short", "s1", daysAgo(11)), line("short", "s2", NOW));

                var pruned = storage.maintenance().prune(few, NOW);
                Stores.commit(storage, line("long", "l5", NOW));

                assertThat(pruned).isEqualTo(Map.of("lines", 3L));
                assertThat(storage.conversations().after("agent/a#1", "short", 0, 10))
                        .extracting(Line::text)
                        .containsExactly("s2");
                assertThat(storage.conversations().after("agent/a#1", "long", 0, 10))
                        .extracting(line -> line.position() + line.text())
                        .containsExactly("3l3", "4l4", "5l5");
                assertThat(storage.maintenance().check()).isEmpty();
            }
        }

        @Test
        void prune_deletesEntriesThatEnded_withTheirWordsAndVectors() {
            try (Storage storage = open()) {
                Stores.commit(
                        storage,
                        entry("tide long over", 0.9, daysAgo(90), daysAgo(31)),
                        entry("tide over", 0.9, daysAgo(90), daysAgo(29)),
                        entry("tide", 0.1, daysAgo(90), null));

                var pruned = storage.maintenance().prune(StoreRetention.defaults(), NOW);

                assertThat(pruned).isEqualTo(Map.of("entries", 1L));
                assertThat(texts(storage)).containsExactly("tide");
                assertThat(storage.entries().endedBefore("shared/kitchen", NOW, 10))
                        .hasSize(1);
                assertThat(storage.maintenance().check()).isEmpty();
            }
        }

        @Test
        void prune_takesTheLeastImportantThenTheOldest_beyondTheRowsOfANamespace() {
            StoreRetention few =
                    StoreRetention.builder().entries(Keep.all().rows(2)).build();
            try (Storage storage = open()) {
                Stores.commit(
                        storage,
                        entry("important", 0.9, daysAgo(9), null),
                        entry("new", 0.5, daysAgo(1), null),
                        entry("old", 0.5, daysAgo(5), null),
                        entry("unimportant", 0.1, NOW, null),
                        entry("ended", 0.0, daysAgo(3), daysAgo(2)));

                var pruned = storage.maintenance().prune(few, NOW);

                assertThat(pruned).isEqualTo(Map.of("entries", 2L));
                assertThat(texts(storage)).containsExactly("important", "new");
                assertThat(storage.entries().endedBefore("shared/kitchen", NOW, 10))
                        .hasSize(1);
            }
        }

        @Test
        void prune_forgetsValuesThatExpired_butNotTheirVersionAtOnce() {
            try (Storage storage = open()) {
                Stores.commit(
                        storage,
                        key("expired", daysAgo(1), NOW),
                        key("expired", daysAgo(1), NOW),
                        key("later", daysAgo(1), NOW.plusNanos(1)),
                        key("for ever", daysAgo(900), null));

                assertThat(storage.maintenance().prune(StoreRetention.defaults(), NOW))
                        .isEqualTo(Map.of("working", 1L));
                var again = (StoredRow.WorkingRow)
                        Stores.commit(storage, key("expired", NOW, NOW)).getFirst();
                Instant later = NOW.plus(Pruning.REMEMBERED).plusSeconds(1);
                storage.maintenance().prune(StoreRetention.defaults(), later);
                storage.maintenance().prune(StoreRetention.defaults(), later);
                var anew = (StoredRow.WorkingRow)
                        Stores.commit(storage, key("expired", later, null)).getFirst();

                assertThat(again.version()).isEqualTo(3);
                assertThat(anew.version()).isEqualTo(1);
                assertThat(storage.working().all("agent/a#1", "s", later))
                        .extracting(StoredRow.WorkingRow::key)
                        .containsExactly("expired", "for ever");
            }
        }

        @Test
        void prune_deletesApprovalsThatWereSettledLongAgo_toTheNanosecond() {
            try (Storage storage = open()) {
                Stores.commit(
                        storage,
                        settled(1, daysAgo(90).minusNanos(1)),
                        settled(2, daysAgo(90)),
                        settled(3, daysAgo(400)),
                        settled(4, NOW));

                var pruned = storage.maintenance().prune(StoreRetention.defaults(), NOW);

                assertThat(pruned).isEqualTo(Map.of("approvals", 2L));
                assertThat(tickets(storage)).containsExactly(2L, 4L);
                assertThat(storage.maintenance().prune(StoreRetention.defaults(), NOW))
                        .isEmpty();
            }
        }

        @Test
        void prune_keepsTheNewestApprovals_whenThereAreTooMany() {
            StoreRetention few =
                    StoreRetention.builder().approvals(Keep.all().rows(2)).build();
            try (Storage storage = open()) {
                LongStream.rangeClosed(1, 5).forEach(ticket -> Stores.commit(storage, settled(ticket, NOW)));

                assertThat(storage.maintenance().prune(few, NOW)).isEqualTo(Map.of("approvals", 3L));
                assertThat(tickets(storage)).containsExactly(4L, 5L);
                assertThat(storage.maintenance().prune(few, NOW)).isEmpty();
            }
        }

        @Test
        void prune_neverDeletesApprovalsThatWait_norThoseThatATurnMayComeBackFor_norTheNewest() {
            StoreRetention none =
                    StoreRetention.builder().approvals(Keep.days(1).rows(0)).build();
            var place = new StoredRow.Place("a#1/7", "call", 1);
            try (Storage storage = open()) {
                Stores.commit(
                        storage,
                        new StoredRow.ApprovalRow(pending(1), null, false),
                        new StoredRow.ApprovalRow(pending(2), place, false),
                        new StoredRow.ApprovalRow(settled(3, daysAgo(900)).approval(), place, true),
                        settled(4, daysAgo(900)),
                        settled(5, daysAgo(900)));

                assertThat(storage.maintenance().prune(none, NOW)).isEqualTo(Map.of("approvals", 1L));
                List<Long> before = tickets(storage);
                Stores.commit(storage, new StoredRow.ApprovalOverRow(3));
                storage.maintenance().prune(none, NOW);

                assertThat(before).containsExactly(1L, 2L, 3L, 5L);
                assertThat(tickets(storage)).containsExactly(1L, 2L, 5L);
                assertThat(storage.approvals().lastTicket()).isEqualTo(5);
                assertThat(storage.maintenance().check()).isEmpty();
            }
        }

        @Test
        void prune_deletesNothing_ifAllIsToBeKept() {
            StoreRetention all = StoreRetention.builder()
                    .events(Keep.all())
                    .actions(Keep.all())
                    .messages(Keep.all())
                    .deadLetters(Keep.all())
                    .lines(Keep.all())
                    .entries(Keep.all())
                    .approvals(Keep.all())
                    .build();
            try (Storage storage = open()) {
                Stores.commit(
                        storage,
                        settled(1, Instant.EPOCH),
                        settled(2, NOW),
                        event("a", Instant.EPOCH),
                        event("b", Instant.EPOCH),
                        message(1, StoredRow.Stage.DONE, Instant.EPOCH),
                        line("s", "l", Instant.EPOCH),
                        entry("tide", 0, Instant.EPOCH, Instant.EPOCH));

                assertThat(storage.maintenance().prune(all, NOW)).isEmpty();
            }
        }
    }

    @Nested
    class InAFile extends Contract {
        @Override
        Storage open() {
            return Stores.open(folder.resolve("desk.db"));
        }
    }

    @Nested
    class InMemory extends Contract {
        @Override
        Storage open() {
            return SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections());
        }
    }

    @Test
    void prune_writesSmallBatches_oneGroupEach() {
        var connections = new RecordedConnections(new SqliteConnections(folder.resolve("desk.db")));
        StoreRetention one = StoreRetention.builder()
                .events(Keep.all().rows(1))
                .messages(Keep.all().rows(1))
                .lines(Keep.all().rows(1))
                .entries(Keep.all().rows(1))
                .approvals(Keep.all().rows(1))
                .build();
        try (Storage storage = SqliteStorage.open(folder.resolve("desk.db"), Stores.JSON, _ -> connections)) {
            for (int batch = 0; batch < 5; batch++) {
                var rows = new ArrayList<StoredRow>();
                LongStream.rangeClosed(batch * 500L + 1, (batch + 1) * 500L).forEach(i -> {
                    rows.add(event("e", NOW));
                    rows.add(message(i, StoredRow.Stage.DONE, NOW));
                    rows.add(line("s", "l", NOW));
                    rows.add(entry("tide " + i, 0.5, NOW, null));
                    rows.add(settled(i, NOW));
                });
                storage.commit(rows, Durability.BUFFERED);
            }
            storage.events().lastSequence();
            connections.runs.clear();

            var pruned = storage.maintenance().prune(one, NOW);

            assertThat(pruned)
                    .isEqualTo(Map.of(
                            "events", 2_499L,
                            "messages", 2_499L,
                            "lines", 2_499L,
                            "entries", 2_499L,
                            "approvals", 2_499L));
            List<RecordedConnections.Run> deletes = connections.runs.stream()
                    .filter(run -> run.sql().startsWith("delete") && run.rows() > 0)
                    .toList();
            assertThat(deletes.stream().mapToLong(RecordedConnections.Run::rows).sum())
                    .isEqualTo(5 * 2_499L);
            assertThat(deletes).allMatch(run -> run.rows() <= Pruning.BATCH);
            assertThat(deletes)
                    .filteredOn(run -> run.sql().startsWith("delete from `entries`"))
                    .hasSizeGreaterThanOrEqualTo(10)
                    .allMatch(run -> run.rows() <= Pruning.ENTRY_BATCH);
            assertThat(storage.maintenance().check()).isEmpty();
        }
    }

    @Test
    void numbers_goOn_whenEverythingOldIsPrunedAndTheStoreIsOpenedAgain() {
        StoreRetention none =
                StoreRetention.builder().events(Keep.days(1).rows(0)).build();
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            Stores.commit(storage, event("a", daysAgo(9)), event("b", daysAgo(8)));
            storage.maintenance().prune(none, NOW);
        }

        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            assertThat(Stores.commit(storage, event("c", NOW)))
                    .extracting(Numbers::of)
                    .containsExactly(3L);
        }
    }
}
