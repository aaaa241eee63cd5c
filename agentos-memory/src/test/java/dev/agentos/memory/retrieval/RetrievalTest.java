package dev.agentos.memory.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.memory.Recall;
import java.util.HashSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the floor that docs/retrieval.md says: somewhat below what was measured. */
class RetrievalTest {
    @Test
    void words_findWhatAnswers() {
        try (var evaluation = new RetrievalEvaluation(null)) {
            var all = evaluation.ask(Recall.By.WORDS, Recall.Fusion.MIN_MAX, _ -> true);
            var inWords = evaluation.ask(Recall.By.WORDS, Recall.Fusion.MIN_MAX, question -> !question.meaning());

            assertThat(all.questions()).isEqualTo(100);
            assertThat(all.recallAt5()).isGreaterThanOrEqualTo(0.60);
            assertThat(all.recallAt10()).isGreaterThanOrEqualTo(0.61);
            assertThat(all.meanReciprocalRank()).isGreaterThanOrEqualTo(0.51);
            assertThat(inWords.recallAt5()).isGreaterThanOrEqualTo(0.95);
            assertThat(inWords.meanReciprocalRank()).isGreaterThanOrEqualTo(0.81);
        }
    }

    @Test
    void set_hasTheTurnsThatItsQuestionsName() {
        RetrievalSet set = RetrievalSet.load();
        var ids = set.turns().stream().map(RetrievalSet.Turn::id).collect(Collectors.toSet());
        var evidence = new HashSet<String>();
        set.questions().forEach(question -> evidence.addAll(question.evidence()));

        assertThat(set.turns()).hasSize(300);
        assertThat(ids).hasSize(300).containsAll(evidence);
        assertThat(set.questions())
                .hasSize(100)
                .allSatisfy(question -> assertThat(question.evidence()).isNotEmpty());
        assertThat(set.questions().stream().filter(RetrievalSet.Question::meaning))
                .hasSizeBetween(30, 45);
    }
}
