package dev.agentos.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.agentos.api.memory.Embedder;
import dev.agentos.api.spi.EmbedderProvider;
import dev.agentos.api.spi.Providers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class AllMiniLmTest {
    private final Embedder embedder = Providers.only(EmbedderProvider.class).open();

    @Test
    void provider_isFoundByItsName() {
        assertThat(Providers.named(EmbedderProvider.class, "all-minilm-l6-v2-q")
                        .open()
                        .model())
                .isEqualTo("all-minilm-l6-v2-q");
    }

    @Test
    void embed_answersAVectorOfLengthOneForEachText_inOrder() {
        var texts = List.of("the market opens at nine", "a cat sleeps on the sofa", "");

        List<float[]> vectors = embedder.embed(texts);

        assertThat(vectors).hasSize(3).allSatisfy(vector -> {
            assertThat(vector).hasSize(embedder.dimensions()).hasSize(384);
            assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
        });
        assertThat(vectors.get(1)).isEqualTo(embedder.embed(texts.subList(1, 2)).getFirst());
    }

    @Test
    void embed_answersNothing_forNothing() {
        assertThat(embedder.embed(List.of())).isEmpty();
    }

    @Test
    void meanings_areNearer_whereTextsSayTheSameInOtherWords() {
        List<float[]> vectors = embedder.embed(List.of(
                "How do I get my money back?",
                "The customer asks for a refund.",
                "The train to Basel leaves from platform nine."));

        double alike = dot(vectors.get(0), vectors.get(1));
        double unlike = dot(vectors.get(0), vectors.get(2));

        assertThat(alike).isGreaterThan(unlike + 0.2);
    }

    @Test
    void embed_takesLongTexts_asTheMeanOfTheirParts() {
        String refunds = "The customer asks for a refund of the broken kettle. ".repeat(300);

        List<float[]> vectors = embedder.embed(List.of(refunds, "refund for a kettle", "weather in the mountains"));

        assertThat(dot(vectors.get(0), vectors.get(0))).isCloseTo(1, within(1e-5));
        assertThat(dot(vectors.get(0), vectors.get(1))).isGreaterThan(dot(vectors.get(0), vectors.get(2)) + 0.2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\n\t",
                "\u0000",
                "\ud800 alone",
                "\u202etxet",
                "[SEP] [CLS] [PAD]",
                "日本語",
                "🙂🙂🙂",
                "a",
                "\\\"'--;"
            })
    void embed_answersAVectorOfLengthOne_forHostileTexts(String text) {
        float[] vector = embedder.embed(List.of(text)).getFirst();

        assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
    }

    @Test
    void embed_ofABlankText_isLikeNoOther() {
        List<float[]> vectors = embedder.embed(List.of(" ", "money", "weather"));

        assertThat(Math.abs(dot(vectors.get(0), vectors.get(1)))).isLessThan(0.3);
        assertThat(Math.abs(dot(vectors.get(0), vectors.get(2)))).isLessThan(0.3);
    }

    @Test
    void embed_answersTheSame_toSeveralThreadsAtOnce() throws Exception {
        float[] expected = embedder.embed(List.of("one and the same")).getFirst();
        var tasks = new ArrayList<Callable<float[]>>();
        IntStream.range(0, 40)
                .forEach(_ -> tasks.add(
                        () -> embedder.embed(List.of("one and the same")).getFirst()));

        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var answer : threads.invokeAll(tasks)) {
                assertThat(answer.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void embed_refusesVirtualThreads() {
        var answer = new CompletableFuture<List<float[]>>();

        Thread.startVirtualThread(() -> {
            try {
                answer.complete(embedder.embed(List.of("text")));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });

        assertThatIllegalStateException()
                .isThrownBy(() -> {
                    try {
                        answer.join();
                    } catch (java.util.concurrent.CompletionException e) {
                        throw e.getCause();
                    }
                })
                .withMessageContaining("platform thread");
    }

    private static double dot(float[] left, float[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum = Math.fma(left[i], (double) right[i], sum);
        }
        return sum;
    }
}
