package dev.agentos.api.memory;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a score.
 *
 * @param words BM25 of the words, higher is better; null if the entry was not among those that the words found
 * @param wordsRank its place among those, from 1; null likewise
 * @param meaning cosine of the vectors; null if meaning was not compared, or the entry was not among the nearest
 * @param meaningRank its place among those, from 1; null likewise
 * @param fused what words and meaning together gave
 * @param recency what its age gave, after weighting
 * @param importance what its importance gave, after weighting
 * @param method how it was put together, as in {@code words}, {@code min-max}, {@code rank}
 * @since 0.2
 */
public record Explanation(
        @Nullable Double words,
        @Nullable Integer wordsRank,
        @Nullable Double meaning,
        @Nullable Integer meaningRank,
        double fused,
        double recency,
        double importance,
        String method) {
    /** Checks that nothing is missing. */
    public Explanation {
        Objects.requireNonNull(method, "method");
    }

    /** {@return one line for people} */
    @Override
    public String toString() {
        var text = new StringBuilder(method);
        append(text, "words", words, wordsRank);
        append(text, "meaning", meaning, meaningRank);
        return text.append(String.format(
                        Locale.ROOT, "; fused %.3f + recency %.3f + importance %.3f", fused, recency, importance))
                .toString();
    }

    private static void append(StringBuilder text, String part, @Nullable Double score, @Nullable Integer rank) {
        if (score != null) {
            text.append(String.format(Locale.ROOT, "; %s %.3f (no. %d)", part, score, rank));
        }
    }
}
