package dev.agentos.memory.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.memory.Recall;
import dev.agentos.memory.search.Fusion.Facts;
import dev.agentos.memory.search.Fusion.Found;
import dev.agentos.memory.search.Fusion.Method;
import dev.agentos.memory.search.Fusion.Scored;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FusionTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Facts PLAIN = new Facts(NOW, 0);

    @Test
    void minMax_givesHalfToEach_broughtToOneRange() {
        List<Found> words = List.of(new Found(1, 9), new Found(2, 5), new Found(3, 1));
        List<Found> meaning = List.of(new Found(2, 0.8), new Found(4, 0.4));

        Map<Long, Scored> scored = byPosition(new Fusion(words, meaning, Method.MIN_MAX), plain(1, 2, 3, 4));

        assertThat(at(scored, 1).why().fused()).isEqualTo(0.5);
        assertThat(at(scored, 2).why().fused()).isEqualTo(0.75);
        assertThat(at(scored, 3).why().fused()).isZero();
        assertThat(at(scored, 4).why().fused()).isZero();
        assertThat(at(scored, 2).why().words()).isEqualTo(5);
        assertThat(at(scored, 2).why().wordsRank()).isEqualTo(2);
        assertThat(at(scored, 2).why().meaning()).isEqualTo(0.8);
        assertThat(at(scored, 2).why().meaningRank()).isEqualTo(1);
        assertThat(at(scored, 4).why().words()).isNull();
        assertThat(at(scored, 4).why().wordsRank()).isNull();
        assertThat(at(scored, 4).why().method()).isEqualTo("min-max");
    }

    @Test
    void minMax_givesAll_whenAllScoresAreTheSame() {
        var fusion = new Fusion(List.of(new Found(1, 3), new Found(2, 3)), List.of(), Method.MIN_MAX);

        assertThat(fusion.scored(plain(1, 2), NOW)).extracting(Scored::score).containsOnly(0.5 + Fusion.RECENCY);
    }

    @Test
    void rank_addsReciprocalRanks() {
        List<Found> words = List.of(new Found(1, 9), new Found(2, 8));
        List<Found> meaning = List.of(new Found(2, 0.8));

        Map<Long, Scored> scored = byPosition(new Fusion(words, meaning, Method.RANK), plain(1, 2));

        assertThat(at(scored, 1).why().fused()).isEqualTo(1 / 61.0);
        assertThat(at(scored, 2).why().fused()).isEqualTo(1 / 62.0 + 1 / 61.0);
        assertThat(at(scored, 2).why().method()).isEqualTo("rank");
    }

    @Test
    void recency_fallsByTheHour_andIsFullForWhatIsToCome() {
        Map<Long, Facts> facts = Map.of(
                1L, new Facts(NOW, 0),
                2L, new Facts(NOW.minus(Duration.ofHours(100)), 0),
                3L, new Facts(NOW.plus(Duration.ofDays(9)), 0),
                4L, new Facts(Instant.MIN, 0));
        List<Found> words =
                facts.keySet().stream().map(position -> new Found(position, 1)).toList();

        Map<Long, Scored> scored = byPosition(new Fusion(words, List.of(), Method.WORDS), facts);

        assertThat(at(scored, 1).why().recency()).isEqualTo(Fusion.RECENCY);
        assertThat(at(scored, 2).why().recency())
                .isCloseTo(Fusion.RECENCY * Math.pow(0.995, 100), Offset.offset(1e-12));
        assertThat(at(scored, 3).why().recency()).isEqualTo(Fusion.RECENCY);
        assertThat(at(scored, 4).why().recency()).isZero();
    }

    @Test
    void ageAndImportance_decideAmongEquals_inTheScaleOfTheMethod() {
        Map<Long, Facts> facts = Map.of(
                1L, new Facts(NOW.minus(Duration.ofDays(30)), 0.1),
                2L, new Facts(NOW.minus(Duration.ofDays(30)), 0.9),
                3L, new Facts(NOW, 0.9));
        List<Found> words = List.of(new Found(1, 5), new Found(2, 5), new Found(3, 5));

        for (Method method : List.of(Method.WORDS, Method.MIN_MAX)) {
            assertThat(new Fusion(words, List.of(), method).scored(facts, NOW))
                    .extracting(Scored::position)
                    .containsExactly(3L, 2L, 1L);
        }
        Scored first =
                new Fusion(words, List.of(), Method.RANK).scored(facts, NOW).getFirst();
        assertThat(first.why().importance()).isLessThan(1 / 61.0 * Fusion.IMPORTANCE);
    }

    @Test
    void scored_leavesOut_whatThereAreNoFactsOf() {
        var fusion = new Fusion(List.of(new Found(1, 2), new Found(2, 1)), List.of(), Method.WORDS);

        assertThat(fusion.scored(plain(2), NOW)).extracting(Scored::position).containsExactly(2L);
    }

    @Test
    void method_isThatOfTheQuestion() {
        assertThat(Method.of(Recall.Fusion.MIN_MAX)).isEqualTo(Method.MIN_MAX);
        assertThat(Method.of(Recall.Fusion.RANK)).isEqualTo(Method.RANK);
    }

    @Property
    void score_isTheSumOfItsParts_andOrders(
            @ForAll("lists") List<Found> words, @ForAll("lists") List<Found> meaning, @ForAll Method method) {
        var facts = new HashMap<Long, Facts>();
        var all = new HashSet<Long>();
        words.forEach(found -> all.add(found.position()));
        meaning.forEach(found -> all.add(found.position()));
        all.forEach(
                position -> facts.put(position, new Facts(NOW.minusSeconds(position * 7_777), position % 10 / 9.0)));

        List<Scored> scored = new Fusion(words, meaning, method).scored(facts, NOW);

        assertThat(scored).extracting(Scored::position).containsExactlyInAnyOrderElementsOf(all);
        assertThat(scored).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
        assertThat(scored).allSatisfy(one -> {
            assertThat(one.score())
                    .isEqualTo(
                            one.why().fused() + one.why().recency() + one.why().importance());
            assertThat(one.why().fused()).isBetween(0.0, 1.0);
        });
    }

    @Provide
    Arbitrary<List<Found>> lists() {
        Arbitrary<Found> found = Combinators.combine(
                        Arbitraries.longs().between(1, 40),
                        Arbitraries.doubles().between(-1, 30))
                .as(Found::new);
        return found.list()
                .ofMaxSize(20)
                .uniqueElements(Found::position)
                .map(list -> list.stream()
                        .sorted((a, b) -> Double.compare(b.score(), a.score()))
                        .toList());
    }

    private static Scored at(Map<Long, Scored> scored, long position) {
        return Objects.requireNonNull(scored.get(position));
    }

    private static Map<Long, Facts> plain(long... positions) {
        var facts = new HashMap<Long, Facts>();
        for (long position : positions) {
            facts.put(position, PLAIN);
        }
        return facts;
    }

    private static Map<Long, Scored> byPosition(Fusion fusion, Map<Long, Facts> facts) {
        var scored = new HashMap<Long, Scored>();
        fusion.scored(facts, NOW).forEach(one -> scored.put(one.position(), one));
        return scored;
    }
}
