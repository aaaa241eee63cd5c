package dev.agentos.api.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.agentos.api.spi.Embedding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered, looked for and found. */
class MemoryValuesTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    /** Seconds from noon: it was remembered at 0; blank where it has no end. */
    @ParameterizedTest
    @CsvSource({
        ",,-1,false",
        ",,0,true",
        ",,1000000,true",
        "10,,9,true",
        "10,,10,false",
        ",10,9,true",
        ",10,10,false",
        "5,10,7,false",
        "10,5,7,false",
        "10,20,9,true"
    })
    void entry_holds_fromItsMemoryToItsEnd(@Nullable Long ended, @Nullable Long expires, long at, boolean expected) {
        Entry entry = entry(after(ended), after(expires));

        assertThat(entry.holdsAt(NOON.plusSeconds(at))).isEqualTo(expected);
    }

    @Property
    void entry_neverHoldsAgain_onceItHasEnded(
            @ForAll @IntRange(max = 50) int ended,
            @ForAll @IntRange(max = 50) int expires,
            @ForAll @IntRange(max = 60) int at,
            @ForAll @IntRange(max = 60) int later) {
        Entry entry = entry(NOON.plusSeconds(ended), NOON.plusSeconds(expires));
        boolean then = entry.holdsAt(NOON.plusSeconds(at));
        boolean afterwards = entry.holdsAt(NOON.plusSeconds(at + later));

        assertThat(then || !afterwards).isTrue();
        assertThat(then).isEqualTo(at < Math.min(ended, expires));
    }

    private static @Nullable Instant after(@Nullable Long seconds) {
        return seconds == null ? null : NOON.plusSeconds(seconds);
    }

    private static Entry entry(@Nullable Instant ended, @Nullable Instant expires) {
        return new Entry(
                new UUID(1, 1),
                "shared/market",
                MemoryKind.SEMANTIC,
                "the market closes at four",
                Map.of(),
                0.5,
                "",
                NOON,
                NOON,
                expires,
                ended,
                null);
    }

    @Test
    void note_hasItsDefaults() {
        Note note = Note.of("the market closes at four");

        assertThat(note)
                .isEqualTo(new Note("the market closes at four", MemoryKind.SEMANTIC, Map.of(), 0.5, "", null, null));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void note_isRefused_whenItsImportanceIsNotFrom0To1(double importance) {
        var builder = Note.builder("x").importance(importance);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("importance is from 0 to 1: " + importance);
    }

    @Test
    void note_isRefused_whenItsTextIsBlankOrTooLong() {
        assertThatIllegalArgumentException().isThrownBy(() -> Note.of(" \n\t"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Note.of("x".repeat(Note.MAX_TEXT + 1)))
                .withMessageEndingWith("not 100001");
        assertThat(Note.of("x".repeat(Note.MAX_TEXT)).text()).hasSize(Note.MAX_TEXT);
        assertThatNullPointerException().isThrownBy(() -> Note.builder(null));
    }

    @Test
    void note_isRefused_whenItWouldBeGoneAtOnce() {
        var builder = Note.builder("x").timeToLive(Duration.ZERO);

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage("a time to live is positive: PT0S");
    }

    @Test
    void note_carriesWhatTheBuilderWasGiven_andNothingThatComesLater() {
        var builder = Note.builder("x")
                .kind(MemoryKind.EPISODIC)
                .metadata("source", "news")
                .importance(1)
                .surroundings("before and after")
                .time(NOON)
                .timeToLive(Duration.ofDays(1));
        Note note = builder.build();

        builder.metadata("late", "yes");

        assertThat(note)
                .isEqualTo(new Note(
                        "x",
                        MemoryKind.EPISODIC,
                        Map.of("source", "news"),
                        1,
                        "before and after",
                        NOON,
                        Duration.ofDays(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1_001, Integer.MAX_VALUE})
    void recall_isRefused_whenItsLimitIsOutOfBounds(int limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recall.of("x", limit))
                .withMessage("a limit is from 1 to 1000: " + limit);
    }

    @Test
    void recall_asksForTen_byWhateverThereIs_unlessSaid() {
        Recall recall = Recall.builder("who").build();

        assertThat(recall.limit()).isEqualTo(10);
        assertThat(recall.by()).isEqualTo(Recall.By.AUTO);
        assertThat(recall.fusion()).isEqualTo(Recall.Fusion.MIN_MAX);
        assertThat(recall.kinds()).isEmpty();
        assertThat(recall.also()).isEmpty();
        assertThat(recall.asOf()).isNull();
    }

    @Test
    void recall_carriesWhatTheBuilderWasGiven_andNothingThatComesLater() {
        var builder = Recall.builder("who")
                .limit(3)
                .by(Recall.By.HYBRID)
                .fusion(Recall.Fusion.RANK)
                .kind(MemoryKind.SEMANTIC)
                .metadata("a", "1")
                .since(NOON)
                .until(NOON.plusSeconds(1))
                .asOf(NOON.plusSeconds(2))
                .also("shared/news");
        Recall recall = builder.build();

        builder.kind(MemoryKind.EPISODIC).metadata("b", "2").also("shared/late");

        assertThat(recall.kinds()).containsExactly(MemoryKind.SEMANTIC);
        assertThat(recall.metadata()).containsExactly(Map.entry("a", "1"));
        assertThat(recall.also()).containsExactly("shared/news");
        assertThat(recall)
                .extracting(Recall::limit, Recall::by, Recall::fusion, Recall::since, Recall::until, Recall::asOf)
                .containsExactly(
                        3, Recall.By.HYBRID, Recall.Fusion.RANK, NOON, NOON.plusSeconds(1), NOON.plusSeconds(2));
    }

    /** A tool's call and its result are shown together or not at all: so both have to name the call. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void line_namesItsCall_exactlyIfItIsATools(Role role) {
        Long covers = role == Role.SUMMARY ? 3L : null;
        boolean ofTool = role == Role.TOOL_CALL || role == Role.TOOL_RESULT;

        assertThat(new Line(1, role, "x", ofTool ? "call-1" : null, 0, NOON, covers).role())
                .isEqualTo(role);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Line(1, role, "x", ofTool ? null : "call-1", 0, NOON, covers))
                .withMessageContaining(role.name());
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void line_saysWhatItCovers_exactlyIfItIsASummary(Role role) {
        String call = role == Role.TOOL_CALL || role == Role.TOOL_RESULT ? "call-1" : null;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Line(1, role, "x", call, 0, NOON, role == Role.SUMMARY ? null : 3L))
                .withMessageContaining(role.name());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Line(1, Role.USER, "x", null, -1, NOON, null))
                .withMessageContaining("-1");
    }

    @Property
    void tokens_areAQuarterOfTheBytes_roundedUp(@ForAll String text) {
        // Half a surrogate pair has no UTF-8 form; Java writes a question mark for it.
        String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        int bytes = whole.getBytes(StandardCharsets.UTF_8).length;

        assertThat(TokenCounter.estimate().count(whole)).isEqualTo((bytes + 3) / 4);
    }

    @Test
    void explanation_isOneLine_withThePartsThatThereAre() {
        var both = new Explanation(7.25, 1, 0.5, 12, 0.75, 0.1, 0.05, "min-max");
        var words = new Explanation(7.25, 2, null, null, 1, 0, 0, "words");

        assertThat(both)
                .hasToString("min-max; words 7.250 (no. 1); meaning 0.500 (no. 12);"
                        + " fused 0.750 + recency 0.100 + importance 0.050");
        assertThat(words).hasToString("words; words 7.250 (no. 2); fused 1.000 + recency 0.000 + importance 0.000");
    }

    @Test
    void embedding_isAValue_andACopy() {
        float[] numbers = {0.6f, 0.8f};
        var embedding = Embedding.of("mini", numbers);

        numbers[0] = 0;
        embedding.values()[1] = 0;

        assertThat(embedding.values()).containsExactly(0.6f, 0.8f);
        assertThat(embedding)
                .isEqualTo(Embedding.of("mini", new float[] {0.6f, 0.8f}))
                .hasSameHashCodeAs(Embedding.of("mini", new float[] {0.6f, 0.8f}))
                .isNotEqualTo(Embedding.of("maxi", new float[] {0.6f, 0.8f}))
                .isNotEqualTo(Embedding.of("mini", new float[] {0.6f}))
                .hasToString("Embedding[mini, 2]");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void embedding_isRefused_whenANumberIsNone(float number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Embedding.of("mini", new float[] {1, number}))
                .withMessage("a vector of model 'mini' holds " + number);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Embedding.of("mini", new float[0]))
                .withMessageContaining("'mini'");
    }
}
