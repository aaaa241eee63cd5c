package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.error.ProviderSelectionException;
import dev.agentos.api.memory.Embedder;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.Note;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.EmbedderProvider;
import dev.agentos.api.spi.Embedding;
import dev.agentos.runtime.Eventually;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of memories when an embedder works, fails, hangs, or answers nonsense. */
class EmbeddingsTest {
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** Three numbers: the length of the text, and ones. */
    private static class Lengths implements Embedder {
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());

        @Override
        public String model() {
            return "lengths";
        }

        @Override
        public int dimensions() {
            return 3;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            threads.add(Thread.currentThread());
            sizes.add(texts.size());
            return texts.stream().map(text -> new float[] {text.length(), 1, 1}).toList();
        }
    }

    /** An embedder of other vectors. */
    private static Embedder making(float[]... vectors) {
        return new Lengths() {
            @Override
            public List<float[]> embed(List<String> texts) {
                return Arrays.asList(vectors);
            }
        };
    }

    private OpenedDesk open(Embedder embedder, Duration limit) {
        var desk = new OpenedDesk(embedder, limit);
        desk.agent.turn = null;
        opened.add(desk);
        return desk;
    }

    private OpenedDesk open(Embedder embedder) {
        return open(embedder, OpenedRuntime.LIMIT);
    }

    @Test
    void remember_keepsAVector_ofLengthOne() {
        OpenedDesk desk = open(new Lengths());

        var id = desk.own().longTerm().remember("ab");

        Embedding vector = desk.store.vectors.get(id);
        assertThat(vector.model()).isEqualTo("lengths");
        float third = (float) (1 / Math.sqrt(6));
        assertThat(vector.values()).containsExactly(new float[] {2 * third, third, third}, Offset.offset(1e-6f));
    }

    @Test
    void embedder_isCalledOnFewPlatformThreads_withFewTextsAtATime() {
        var embedder = new Lengths();
        OpenedDesk desk = open(embedder);

        desk.own().longTerm().rememberAll(Collections.nCopies(100, Note.of("text")));
        desk.own().longTerm().recall("text", 1);

        assertThat(embedder.threads).hasSizeBetween(1, Embeddings.THREADS).allSatisfy(thread -> {
            assertThat(thread.isVirtual()).isFalse();
            assertThat(thread.getName()).startsWith("agentos-embedder-");
        });
        assertThat(embedder.sizes).containsExactly(32, 32, 32, 4, 1);
    }

    @Test
    void recall_handsTheVectorToTheStore_unlessWordsAreAskedFor() {
        OpenedDesk desk = open(new Lengths());
        LongTermMemory memory = desk.own().longTerm();
        memory.remember("sun");

        memory.recall("sun", 1);
        memory.recall(Recall.builder("sun").by(Recall.By.WORDS).build());
        memory.recall(Recall.builder("sun").by(Recall.By.HYBRID).build());

        assertThat(desk.store.searches)
                .extracting(search -> search.embedding() != null)
                .containsExactly(true, false, true);
    }

    @ParameterizedTest
    @EnumSource(
            value = Recall.By.class,
            names = {"MEANING", "HYBRID"})
    void recall_throws_whenThereIsNoEmbedder(Recall.By by) {
        try (var runtime = new OpenedRuntime()) {
            LongTermMemory memory = runtime.os.memory("shared/x").longTerm();
            memory.remember("sun");

            assertThatThrownBy(() -> memory.recall(Recall.builder("sun").by(by).build()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("embedder");
            assertThat(memory.recall("sun", 1)).hasSize(1);
        }
    }

    /** Text is kept without its vector, and found by its words; who asks for meaning is told. */
    private void degrades(OpenedDesk desk, String reason) {
        LongTermMemory memory = desk.own().longTerm();

        var id = memory.remember("sun");

        assertThat(memory.get(id)).isPresent();
        assertThat(desk.store.vectors).isEmpty();
        assertThat(memory.recall("sun", 1)).hasSize(1);
        assertThat(desk.store.searches.getLast().embedding()).isNull();
        assertThatThrownBy(() -> memory.recall(
                        Recall.builder("sun").by(Recall.By.MEANING).build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void failure_costsTheVectorOnly() {
        degrades(
                open(new Lengths() {
                    @Override
                    public List<float[]> embed(List<String> texts) {
                        throw new IllegalStateException("out of order");
                    }
                }),
                "out of order");
    }

    @Test
    void failureOfNativeCode_costsTheVectorOnly() {
        degrades(
                open(new Lengths() {
                    @Override
                    public List<float[]> embed(List<String> texts) {
                        throw new UnsatisfiedLinkError("no model here");
                    }
                }),
                "no model here");
    }

    @Test
    void wrongSizes_costTheVectorOnly() {
        degrades(open(making()), "0 vectors of 1 texts");
        degrades(open(making(new float[] {1, 0, 0}, new float[] {1, 0, 0})), "2 vectors of 1 texts");
        degrades(open(making(new float[] {1, 0})), "2 numbers, not 3");
        degrades(open(making(new float[] {1, 0, 0, 0})), "4 numbers, not 3");
        degrades(open(making((float[]) null)), "no numbers, not 3");
    }

    @Test
    void wrongNumbers_costTheVectorOnly() {
        degrades(open(making(new float[] {0, 0, 0})), "length 0");
        degrades(open(making(new float[] {Float.NaN, 0, 0})), "length NaN");
        degrades(open(making(new float[] {Float.POSITIVE_INFINITY, 0, 0})), "length Infinity");
    }

    @Test
    void hangingEmbedder_isWaitedForNoLongerThanTheLimit() {
        var release = new CountDownLatch(1);
        opened.add(release::countDown);

        degrades(
                open(
                        new Lengths() {
                            @Override
                            public List<float[]> embed(List<String> texts) {
                                Eventually.reached(release);
                                return super.embed(texts);
                            }
                        },
                        Duration.ofMillis(50)),
                "cannot say what the question means");
    }

    @Test
    void hangingEmbedder_isAskedNoMore_untilAThreadOfItIsFree() {
        var release = new CountDownLatch(1);
        opened.add(release::countDown);
        OpenedDesk desk = open(
                new Lengths() {
                    @Override
                    public List<float[]> embed(List<String> texts) {
                        Eventually.reached(release);
                        return super.embed(texts);
                    }
                },
                Duration.ofMillis(50));
        LongTermMemory memory = desk.own().longTerm();
        Recall meant = Recall.builder("sun").by(Recall.By.MEANING).build();

        Eventually.until("both threads hang", () -> reasonOf(memory, meant).endsWith("it hangs"));
        release.countDown();

        Eventually.until("it answers again", () -> reasonOf(memory, meant).isEmpty());
    }

    private static String reasonOf(LongTermMemory memory, Recall question) {
        try {
            memory.recall(question);
            return "";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void embedderThatWorksAgain_isUsedAgain() {
        var failing = new AtomicReference<>(true);
        OpenedDesk desk = open(new Lengths() {
            @Override
            public List<float[]> embed(List<String> texts) {
                if (failing.get()) {
                    throw new IllegalStateException("not now");
                }
                return super.embed(texts);
            }
        });
        desk.own().longTerm().remember("without");
        failing.set(false);

        var with = desk.own().longTerm().remember("with");

        assertThat(desk.store.vectors).containsOnlyKeys(with);
    }

    @Test
    void close_endsTheThreads() {
        var embedder = new Lengths();
        OpenedDesk desk = open(embedder);
        desk.own().longTerm().remember("sun");

        List<String> left = desk.desk.close(OpenedRuntime.LIMIT);

        assertThat(left).isEmpty();
        assertThat(embedder.threads).noneMatch(Thread::isAlive);
        desk.own().longTerm().remember("after the end");
        assertThat(desk.store.vectors).hasSize(1);
    }

    @Test
    void close_namesTheThreadThatHangs() {
        var release = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        OpenedDesk desk = open(
                new Lengths() {
                    @Override
                    public List<float[]> embed(List<String> texts) {
                        entered.countDown();
                        boolean over = false;
                        while (!over) {
                            try {
                                release.await();
                                over = true;
                            } catch (InterruptedException e) {
                                // as native code does, which hears of no interrupt
                            }
                        }
                        return super.embed(texts);
                    }
                },
                Duration.ofMillis(50));
        desk.own().longTerm().remember("sun");
        Eventually.reached(entered);

        List<String> left = desk.desk.close(Duration.ofSeconds(1));
        release.countDown();

        assertThat(left).singleElement().asString().startsWith("agentos-embedder-");
    }

    // ---- which embedder

    /** Found by ServiceLoader. */
    public static final class FoundProvider implements EmbedderProvider {
        /** Makes one. */
        public FoundProvider() {}

        @Override
        public String name() {
            return "lengths";
        }

        @Override
        public Embedder open() {
            return new Lengths();
        }
    }

    /** Found by ServiceLoader, too. */
    public static final class OtherProvider implements EmbedderProvider {
        /** Makes one. */
        public OtherProvider() {}

        @Override
        public String name() {
            return "other";
        }

        @Override
        public Embedder open() {
            throw new IllegalStateException("never asked");
        }
    }

    private static MemoryOptions found(@Nullable Embedder given, Class<?>... providers) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        var directory = OpenedRuntime.services(EmbedderProvider.class, providers);
        try (var loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            return MemoryOptions.of(given, String::length, null);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void embedder_isTheOneGiven_elseTheOnlyOneFound() throws Exception {
        var given = new Lengths();

        assertThat(found(null).embedder()).isNull();
        assertThat(found(null, FoundProvider.class).embedder().get()).isInstanceOf(Lengths.class);
        assertThat(found(given, FoundProvider.class, OtherProvider.class)
                        .embedder()
                        .get())
                .isSameAs(given);
        assertThatThrownBy(() -> found(null, FoundProvider.class, OtherProvider.class))
                .isInstanceOf(ProviderSelectionException.class)
                .hasMessageContaining("lengths")
                .hasMessageContaining("other");
    }

    @Test
    void builder_takesAnEmbedder() {
        var embedder = new Lengths();
        try (var runtime = new OpenedRuntime(new FakeStore(), builder -> builder.embedder(embedder))) {
            AgentOS os = runtime.os;

            os.memory("shared/x").longTerm().remember("sun");

            assertThat(runtime.store.vectors).hasSize(1);
        }
        assertThat(embedder.threads).noneMatch(Thread::isAlive);
    }
}
