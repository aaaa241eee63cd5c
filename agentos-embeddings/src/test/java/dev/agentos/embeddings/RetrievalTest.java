package dev.agentos.embeddings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.memory.Recall;
import dev.agentos.memory.retrieval.RetrievalEvaluation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the floors that docs/retrieval.md says for this model: somewhat below what was measured. */
class RetrievalTest {
    private static RetrievalEvaluation evaluation;

    @BeforeAll
    static void remember() {
        evaluation = new RetrievalEvaluation(new AllMiniLmProvider().open());
    }

    @AfterAll
    static void close() {
        evaluation.close();
    }

    private static RetrievalEvaluation.Result ask(Recall.By by, Recall.Fusion fusion) {
        return evaluation.ask(by, fusion, _ -> true);
    }

    @Test
    void meaning_findsWhatAnswers() {
        var result = ask(Recall.By.MEANING, Recall.Fusion.MIN_MAX);

        assertThat(result.recallAt5()).isGreaterThanOrEqualTo(0.72);
        assertThat(result.recallAt10()).isGreaterThanOrEqualTo(0.76);
        assertThat(result.meanReciprocalRank()).isGreaterThanOrEqualTo(0.60);
    }

    @Test
    void ranks_findWhatAnswers() {
        var result = ask(Recall.By.HYBRID, Recall.Fusion.RANK);

        assertThat(result.recallAt5()).isGreaterThanOrEqualTo(0.71);
        assertThat(result.recallAt10()).isGreaterThanOrEqualTo(0.76);
        assertThat(result.meanReciprocalRank()).isGreaterThanOrEqualTo(0.58);
    }

    @Test
    void minMax_findsMoreThanWordsAlone() {
        var both = ask(Recall.By.HYBRID, Recall.Fusion.MIN_MAX);
        var words = ask(Recall.By.WORDS, Recall.Fusion.MIN_MAX);

        assertThat(both.recallAt5()).isGreaterThanOrEqualTo(0.75);
        assertThat(both.recallAt10()).isGreaterThanOrEqualTo(0.77);
        assertThat(both.meanReciprocalRank()).isGreaterThanOrEqualTo(0.59);
        assertThat(both.recallAt5()).isGreaterThan(words.recallAt5() + 0.1);
    }
}
