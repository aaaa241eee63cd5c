package dev.agentos.testkit.contract;

import static dev.agentos.testkit.contract.EntryRows.NOW;
import static dev.agentos.testkit.contract.EntryRows.commit;
import static dev.agentos.testkit.contract.EntryRows.embedding;
import static dev.agentos.testkit.contract.EntryRows.entry;
import static dev.agentos.testkit.contract.EntryRows.expiring;
import static dev.agentos.testkit.contract.EntryRows.nearest;
import static dev.agentos.testkit.contract.EntryRows.row;
import static dev.agentos.testkit.contract.EntryRows.search;
import static dev.agentos.testkit.contract.EntryRows.special;
import static dev.agentos.testkit.contract.EntryRows.surrounded;
import static dev.agentos.testkit.contract.EntryRows.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Storage} has to find in long-term memory.
 *
 * @since 0.2
 */
public interface EntrySearchContract {
    /** {@return an empty store; the test closes it} */
    Storage openStorage();

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
}
