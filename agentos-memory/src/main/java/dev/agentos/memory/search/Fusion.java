package dev.agentos.memory.search;

import dev.agentos.api.memory.Explanation;
import dev.agentos.api.memory.Recall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes one order of what words and meaning found.
 *
 * <p>{@code MIN_MAX}: each score is brought to 0 to 1 over those that were found by it, the lowest to 0 and the highest to 1, and counts
 * half; who was not found by it has 0. {@code RANK}: 1 / (60 + rank) of each. What was searched by words or by meaning alone has that
 * score, brought to 0 to 1. To that come age and importance, with weights that are small beside the range of the rest: they decide among
 * what fits about as well, see docs/retrieval.md for how they were chosen.
 */
public final class Fusion {
    /** The most that age gives; it is multiplied by 0.995 for each hour. */
    static final double RECENCY = 0.05;

    /** The most that importance gives. */
    static final double IMPORTANCE = 0.05;

    private static final double HOURLY = 0.995;
    private static final double RANK_OFFSET = 60;

    /** What first ranks give, which is the range that they spread over. */
    private static final double FIRST_RANK = 1 / (RANK_OFFSET + 1);

    private static final double SECONDS_PER_HOUR = Duration.ofHours(1).toSeconds();

    private final List<Found> words;
    private final List<Found> meaning;
    private final Method method;

    /** How it is put together. */
    public enum Method {
        /** Words alone. */
        WORDS("words"),
        /** Meaning alone. */
        MEANING("meaning"),
        /** Both scores, brought to one range. */
        MIN_MAX("min-max"),
        /** Both ranks. */
        RANK("rank");

        private final String name;

        Method(String name) {
            this.name = name;
        }

        /** The method that a question names. */
        public static Method of(Recall.Fusion fusion) {
            return switch (fusion) {
                case MIN_MAX -> MIN_MAX;
                case RANK -> RANK;
            };
        }
    }

    /** An entry with the score that one of the searches gave it. */
    public record Found(long position, double score) {}

    /** What counts beside the question. */
    public record Facts(Instant time, double importance) {}

    /** An entry with the score that all gave it together. */
    public record Scored(long position, double score, Explanation why) {
        /** Among equals the newest. */
        static final Comparator<Scored> BEST_FIRST = Comparator.comparingDouble(Scored::score)
                .thenComparingLong(Scored::position)
                .reversed();
    }

    /** An entry's place in one of the lists. */
    private record Place(double score, int rank, double normalised) {}

    /**
     * Takes the two lists.
     *
     * @param words best first; empty if words were not compared
     * @param meaning likewise
     */
    public Fusion(List<Found> words, List<Found> meaning, Method method) {
        this.words = List.copyOf(words);
        this.meaning = List.copyOf(meaning);
        this.method = method;
    }

    /** All that either found, best first; an entry of which there are no facts is left out. */
    public List<Scored> scored(Map<Long, Facts> facts, Instant now) {
        Map<Long, Place> byWords = places(words);
        Map<Long, Place> byMeaning = places(meaning);
        var all = new LinkedHashMap<>(byWords);
        all.putAll(byMeaning);
        var scored = new ArrayList<Scored>();
        for (long position : all.keySet()) {
            Facts known = facts.get(position);
            if (known != null) {
                scored.add(score(position, byWords.get(position), byMeaning.get(position), parts(known, now)));
            }
        }
        scored.sort(Scored.BEST_FIRST);
        return List.copyOf(scored);
    }

    private static Map<Long, Place> places(List<Found> found) {
        double highest = found.stream().mapToDouble(Found::score).max().orElse(0);
        double lowest = found.stream().mapToDouble(Found::score).min().orElse(0);
        var places = new LinkedHashMap<Long, Place>();
        for (Found one : found) {
            double normalised = highest > lowest ? (one.score() - lowest) / (highest - lowest) : 1;
            places.put(one.position(), new Place(one.score(), places.size() + 1, normalised));
        }
        return places;
    }

    /** What age and importance give. */
    private record Parts(double recency, double importance) {}

    private Parts parts(Facts facts, Instant now) {
        double range = method == Method.RANK ? FIRST_RANK : 1;
        Duration age = Duration.between(facts.time(), now);
        double hours = Math.max(0, age.toSeconds() / SECONDS_PER_HOUR);
        return new Parts(range * RECENCY * Math.pow(HOURLY, hours), range * IMPORTANCE * facts.importance());
    }

    private Scored score(long position, @Nullable Place byWords, @Nullable Place byMeaning, Parts parts) {
        double fused = switch (method) {
            case WORDS -> normalised(byWords);
            case MEANING -> normalised(byMeaning);
            case MIN_MAX -> 0.5 * normalised(byWords) + 0.5 * normalised(byMeaning);
            case RANK -> reciprocal(byWords) + reciprocal(byMeaning);
        };
        var why = new Explanation(
                byWords == null ? null : byWords.score(),
                byWords == null ? null : byWords.rank(),
                byMeaning == null ? null : byMeaning.score(),
                byMeaning == null ? null : byMeaning.rank(),
                fused,
                parts.recency(),
                parts.importance(),
                method.name);
        return new Scored(position, fused + parts.recency() + parts.importance(), why);
    }

    private static double normalised(@Nullable Place place) {
        return place == null ? 0 : place.normalised();
    }

    private static double reciprocal(@Nullable Place place) {
        return place == null ? 0 : 1 / (RANK_OFFSET + place.rank());
    }
}
