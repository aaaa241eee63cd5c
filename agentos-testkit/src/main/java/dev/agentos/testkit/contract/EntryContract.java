package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Storage} has to do with long-term memory.
 *
 * @since 0.2
 */
public interface EntryContract {
    /** When it is, in these tests. */
    Instant NOW = Instant.parse("2026-03-01T12:00:00.000000007Z");

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

    /** Words are found by their stems, whatever else the question is made of. */
    @Test
    default void search_findsStems_andPassesOverStopWords() {
        try (Storage storage = openStorage()) {
            commit(
                    storage,
                    row(entry("shared/a", "The ferries were cancelled")),
                    row(entry("shared/a", "What is it that you do")),
                    row(entry("shared/a", "Nothing of that")));

            assertThat(words(storage, "What is it that cancels a ferry?", "shared/a"))
                    .extracting(Hit::text)
                    .containsExactly("The ferries were cancelled");
            assertThat(words(storage, "what is it", "shared/a"))
                    .extracting(Hit::text)
                    .contains("What is it that you do");
        }
    }

    /** What stands around a text helps to find it, and counts less than the text. */
    @Test
    default void search_ranksTheTextItself_beforeItsSurroundings() {
        try (Storage storage = openStorage()) {
            commit(storage, row(surrounded("It was late", "the harbour lights")));
            commit(storage, row(surrounded("The harbour was empty", "nobody came")));

            assertThat(words(storage, "harbour", "shared/a"))
                    .extracting(Hit::text)
                    .containsExactly("The harbour was empty", "It was late");
        }
    }

    /** Only the namespaces that are named are searched, though the words are in others too. */
    @Test
    default void search_staysWithinItsNamespaces() {
        try (Storage storage = openStorage()) {
            for (String namespace : List.of("shared/a", "shared/b", "shared/c")) {
                commit(storage, row(entry(namespace, "lighthouse " + namespace), 1, 0));
            }

            var search = new Storage.EntrySearch(
                    Recall.of("lighthouse", 10), Set.of("shared/a", "shared/c", "shared/none"), embedding(1, 0), NOW);

            assertThat(storage.entries().search(search))
                    .extracting(hit -> hit.entry().namespace())
                    .containsExactlyInAnyOrder("shared/a", "shared/c");
            assertThat(storage.entries()
                            .search(new Storage.EntrySearch(
                                    Recall.of("lighthouse", 10), Set.of(), embedding(1, 0), NOW)))
                    .isEmpty();
        }
    }

    /** Nothing in a question is syntax. */
    @Test
    default void search_takesSyntaxForText() {
        try (Storage storage = openStorage()) {
            commit(storage, row(entry("shared/a", "plain entry")), row(entry("shared/b", "hidden entry")));

            for (String question : List.of(
                    "entry\" OR ns : \"",
                    "ns:entry",
                    "text : entry) OR (hidden",
                    "hidden* NEAR(entry)",
                    "^entry + - { }",
                    "\u0000entry",
                    "entry' --",
                    "AND OR NOT entry",
                    "\uE0001 \uE0002 entry",
                    "n1 n2 entry")) {
                assertThat(words(storage, question, "shared/a"))
                        .as(question)
                        .extracting(Hit::text)
                        .containsExactly("plain entry");
            }
            assertThat(words(storage, "\"*()':^- ", "shared/a")).isEmpty();
        }
    }

    /** The nearest vectors come first; those of another model or another size are not compared. */
    @Test
    default void search_comparesVectors_ofOneModel() {
        try (Storage storage = openStorage()) {
            commit(storage, row(entry("shared/a", "east"), 1, 0));
            commit(storage, row(entry("shared/a", "north-east"), 2, 2));
            commit(storage, row(entry("shared/a", "west"), -3, 0));
            commit(storage, new StoredRow.EntryRow(entry("shared/a", "other"), Embedding.of("m2", new float[] {1, 0})));
            commit(storage, row(entry("shared/a", "longer"), 1, 0, 0));
            commit(storage, row(entry("shared/a", "none")));

            List<Hit> hits = nearest(storage, embedding(5, 0), "shared/a");

            assertThat(hits).extracting(Hit::text).containsExactly("east", "north-east", "west");
            assertThat(hits.get(1).why().meaning()).isCloseTo(Math.sqrt(0.5), Offset.offset(1e-6));
            assertThat(hits.get(1).why().meaningRank()).isEqualTo(2);
        }
    }

    /** What is added between two searches is found by the second; what is ended or purged is not. */
    @Test
    default void search_seesWhatChanged_sinceTheLast() {
        try (Storage storage = openStorage()) {
            Entry first = entry("shared/a", "one");
            Entry second = entry("shared/a", "two");
            commit(storage, row(first, 1, 0), row(second, 1, 0.1f));
            assertThat(nearest(storage, embedding(1, 0), "shared/a")).hasSize(2);

            commit(storage, new StoredRow.EntryPurgeRow("shared/a", second.id()));
            commit(storage, row(entry("shared/a", "three"), 1, 0.2f));
            commit(storage, new StoredRow.EntryEndRow("shared/a", first.id(), NOW));
            commit(storage, row(entry("shared/a", "four"), 1, 0.3f));

            assertThat(nearest(storage, embedding(1, 0), "shared/a"))
                    .extracting(Hit::text)
                    .containsExactly("three", "four");
        }
    }

    /** Meaning without a vector of the question is refused; without being asked for, words alone are compared. */
    @Test
    default void search_needsAVector_forMeaning() {
        try (Storage storage = openStorage()) {
            commit(storage, row(entry("shared/a", "harbour"), 1, 0));
            Recall hybrid = Recall.builder("harbour").by(Recall.By.HYBRID).build();

            assertThatThrownBy(() ->
                            storage.entries().search(new Storage.EntrySearch(hybrid, Set.of("shared/a"), null, NOW)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("HYBRID");
            assertThat(words(storage, "harbour", "shared/a").getFirst().why().method())
                    .isEqualTo("words");
        }
    }

    /** Conditions choose before the limit does: what is left out takes no place. */
    @Test
    default void search_appliesConditions_beforeItsLimit() {
        try (Storage storage = openStorage()) {
            for (int i = 0; i < 120; i++) {
                commit(storage, row(entry("shared/a", "tide tide tide"), 1, 0));
            }
            commit(storage, row(special("shared/a", "tide of the year and some more words"), 0.5f, 1));

            for (Recall.By by : List.of(Recall.By.WORDS, Recall.By.MEANING, Recall.By.HYBRID)) {
                var question = Recall.builder("tide").by(by).limit(1);
                assertThat(search(storage, question.metadata("a.b \"c\"", "x").build()))
                        .as("metadata by " + by)
                        .hasSize(1);
                assertThat(search(
                                storage,
                                Recall.builder("tide")
                                        .by(by)
                                        .kind(MemoryKind.EPISODIC)
                                        .limit(1)
                                        .build()))
                        .as("kind by " + by)
                        .hasSize(1);
                assertThat(search(
                                storage,
                                Recall.builder("tide")
                                        .by(by)
                                        .since(NOW.minus(Duration.ofDays(400)))
                                        .until(NOW.minus(Duration.ofDays(1)))
                                        .limit(1)
                                        .build()))
                        .as("time by " + by)
                        .hasSize(1);
                assertThat(search(
                                storage,
                                Recall.builder("tide")
                                        .by(by)
                                        .metadata("a.b \"c\"", "y")
                                        .build()))
                        .isEmpty();
            }
        }
    }

    /** A view of an earlier time finds what held then, and not what came later. */
    @Test
    default void search_findsWhatHeldThen_asOfATime() {
        try (Storage storage = openStorage()) {
            Entry old = entry("shared/a", "the old harbour");
            commit(storage, row(old, 1, 0));
            commit(storage, row(expiring(entry("shared/a", "the closed harbour"), NOW), 1, 0));
            commit(storage, new StoredRow.EntryEndRow("shared/a", old.id(), NOW.minusSeconds(10)));

            for (Recall.By by : List.of(Recall.By.WORDS, Recall.By.MEANING, Recall.By.HYBRID)) {
                var question = Recall.builder("harbour").by(by);
                assertThat(search(storage, question.build())).isEmpty();
                assertThat(search(storage, question.asOf(NOW.minusSeconds(5)).build()))
                        .extracting(Hit::text)
                        .containsExactly("the closed harbour");
                assertThat(search(storage, question.asOf(NOW.minusSeconds(20)).build()))
                        .hasSize(2);
                assertThat(search(storage, question.asOf(NOW.minusSeconds(100)).build()))
                        .isEmpty();
            }
        }
    }

    /** Every score is the sum of its parts, and hits stand in its order. */
    @Test
    default void search_explainsEveryScore() {
        try (Storage storage = openStorage()) {
            for (int i = 0; i < 30; i++) {
                commit(storage, row(entry("shared/a", "tide " + "and more ".repeat(i)), 1, i * 0.1f));
            }

            for (Recall.Fusion fusion : Recall.Fusion.values()) {
                Recall question = Recall.builder("tide")
                        .by(Recall.By.HYBRID)
                        .fusion(fusion)
                        .build();
                List<Hit> hits = search(storage, question);

                assertThat(hits)
                        .hasSize(10)
                        .allSatisfy(hit -> assertThat(hit.score())
                                .isEqualTo(hit.why().fused()
                                        + hit.why().recency()
                                        + hit.why().importance()));
                assertThat(hits).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
                assertThat(hits.getFirst().why().wordsRank()).isEqualTo(1);
                assertThat(hits.getFirst().why().meaningRank()).isEqualTo(1);
            }
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

    private static Entry entry(String namespace, String text) {
        return new Entry(
                UUID.randomUUID(),
                namespace,
                MemoryKind.SEMANTIC,
                text,
                Map.of(),
                0.5,
                "",
                NOW.minusSeconds(60),
                NOW.minusSeconds(60),
                null,
                null,
                null);
    }

    private static Entry withText(Entry entry, String namespace, String text) {
        return new Entry(
                entry.id(),
                namespace,
                entry.kind(),
                text,
                entry.metadata(),
                entry.importance(),
                entry.surroundings(),
                entry.time(),
                entry.remembered(),
                null,
                null,
                null);
    }

    private static Entry surrounded(String text, String surroundings) {
        return new Entry(
                UUID.randomUUID(),
                "shared/a",
                MemoryKind.SEMANTIC,
                text,
                Map.of(),
                0.5,
                surroundings,
                NOW.minusSeconds(60),
                NOW.minusSeconds(60),
                null,
                null,
                null);
    }

    private static Entry expiring(Entry entry, Instant expires) {
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
                expires,
                null,
                null);
    }

    private static Entry superseding(Entry entry, UUID superseded) {
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
                null,
                null,
                superseded);
    }

    private static Entry special(String namespace, String text) {
        return new Entry(
                UUID.randomUUID(),
                namespace,
                MemoryKind.EPISODIC,
                text,
                Map.of("a.b \"c\"", "x", "other", "y"),
                0.5,
                "",
                NOW.minus(Duration.ofDays(300)),
                NOW.minusSeconds(60),
                null,
                null,
                null);
    }

    private static StoredRow.EntryRow row(Entry entry, float... vector) {
        return new StoredRow.EntryRow(entry, vector.length == 0 ? null : embedding(vector));
    }

    private static Embedding embedding(float... vector) {
        return Embedding.of("m1", vector);
    }

    private static List<Hit> words(Storage storage, String question, String namespace) {
        return storage.entries().search(search(Recall.of(question, 10), namespace, null));
    }

    private static List<Hit> nearest(Storage storage, Embedding embedding, String namespace) {
        return storage.entries()
                .search(search(Recall.builder("?").by(Recall.By.MEANING).build(), namespace, embedding));
    }

    private static List<Hit> search(Storage storage, Recall question) {
        return storage.entries().search(search(question, "shared/a", embedding(1, 0)));
    }

    private static Storage.EntrySearch search(Recall question, String namespace, @Nullable Embedding embedding) {
        return new Storage.EntrySearch(question, Set.of(namespace), embedding, NOW);
    }

    private static void commit(Storage storage, StoredRow... rows) {
        storage.commit(List.of(rows), Durability.BUFFERED).toCompletableFuture().join();
    }
}
