package dev.agentos.benchmarks;

import dev.agentos.api.AgentOS;
import dev.agentos.api.memory.Embedder;
import dev.agentos.api.memory.Note;
import dev.agentos.api.memory.Recall;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A runtime on a file that remembers 100,000 texts in 500 namespaces. A text has twenty words of a vocabulary in which the frequency of a word is
 * one over its rank, as in a language, from the hundredth rank, before which stop words are, to the 20,000th; its vector is a random direction in 384 dimensions, which costs nothing to compute.
 */
@State(Scope.Benchmark)
public class Library {
    static final int NAMESPACES = 500;

    private static final int ENTRIES = 200;
    private static final double FIRST_WORD = 100;
    private static final double LAST_WORD = 20_000;
    private static final int WORDS_OF_A_TEXT = 20;
    private static final int WORDS_OF_A_QUESTION = 5;

    final AgentOS os;
    private final Disk disk = new Disk();

    /** Fills it. */
    public Library() {
        os = AgentOS.builder()
                .storage(disk.file("library.db"))
                .embedder(new Directions())
                .build();
        var random = new SplittableRandom(1);
        for (int i = 0; i < NAMESPACES; i++) {
            var notes = new ArrayList<Note>();
            for (int j = 0; j < ENTRIES; j++) {
                notes.add(Note.of(words(random, WORDS_OF_A_TEXT)));
            }
            os.memory(namespace(i)).longTerm().rememberAll(notes);
        }
    }

    /** Closes it. */
    @TearDown(Level.Trial)
    public void close() {
        os.close();
        disk.close();
    }

    static String namespace(int number) {
        return "shared/shelf-" + number;
    }

    /** {@return a question in words like those of the texts, for the ten best} */
    static Recall question(SplittableRandom random, Recall.By by) {
        return Recall.builder(words(random, WORDS_OF_A_QUESTION))
                .limit(10)
                .by(by)
                .build();
    }

    private static String words(SplittableRandom random, int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(" w").append((int) (FIRST_WORD * Math.pow(LAST_WORD / FIRST_WORD, random.nextDouble())));
        }
        return text.substring(1);
    }

    /** A direction for each text, always the same. */
    private record Directions() implements Embedder {
        private static final int DIMENSIONS = 384;

        @Override
        public String model() {
            return "random directions";
        }

        @Override
        public int dimensions() {
            return DIMENSIONS;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return texts.stream().map(Directions::direction).toList();
        }

        private static float[] direction(String text) {
            var random = new SplittableRandom(text.hashCode());
            var vector = new float[DIMENSIONS];
            double square = 0;
            for (int i = 0; i < DIMENSIONS; i++) {
                vector[i] = (float) random.nextGaussian();
                square += vector[i] * vector[i];
            }
            for (int i = 0; i < DIMENSIONS; i++) {
                vector[i] /= (float) Math.sqrt(square);
            }
            return vector;
        }
    }
}
