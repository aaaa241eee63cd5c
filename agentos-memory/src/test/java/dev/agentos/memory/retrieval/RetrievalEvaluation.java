package dev.agentos.memory.retrieval;

import dev.agentos.api.memory.Embedder;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.api.spi.StoredRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How well a store finds what answers the questions of the {@link RetrievalSet}: all dialogues in one namespace, the turns before and after
 * each as its surroundings. Close it.
 */
public final class RetrievalEvaluation implements AutoCloseable {
    private static final String NAMESPACE = "shared/dialogues";
    private static final String TURN = "turn";
    private static final int MOST = 10;
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    private final RetrievalSet set = RetrievalSet.load();
    private final Storage storage =
            Providers.named(StorageProvider.class, "sqlite").openInMemory();
    private final @Nullable Embedder embedder;

    /**
     * What was found.
     *
     * @param recallAt5 how much of what answers is among the first five, on average
     * @param recallAt10 likewise the first ten
     * @param meanReciprocalRank of the first that answers, 0 if none of the first ten does
     */
    public record Result(int questions, double recallAt5, double recallAt10, double meanReciprocalRank) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d questions: recall@5 %.3f, recall@10 %.3f, MRR %.3f",
                    questions,
                    recallAt5,
                    recallAt10,
                    meanReciprocalRank);
        }
    }

    /**
     * Has a store remember all turns.
     *
     * @param embedder null for words alone
     */
    public RetrievalEvaluation(@Nullable Embedder embedder) {
        this.embedder = embedder;
        var rows = new ArrayList<StoredRow>();
        List<@Nullable Embedding> embeddings =
                embed(set.turns().stream().map(RetrievalSet.Turn::text).toList());
        for (int i = 0; i < set.turns().size(); i++) {
            rows.add(new StoredRow.EntryRow(entry(i), embeddings.get(i)));
        }
        storage.commit(rows, Durability.BUFFERED).toCompletableFuture().join();
    }

    private List<@Nullable Embedding> embed(List<String> texts) {
        var embeddings = new ArrayList<@Nullable Embedding>();
        if (embedder == null) {
            texts.forEach(_ -> embeddings.add(null));
        } else {
            embedder.embed(texts).forEach(vector -> embeddings.add(Embedding.of(embedder.model(), vector)));
        }
        return embeddings;
    }

    private Entry entry(int index) {
        RetrievalSet.Turn turn = set.turns().get(index);
        return new Entry(
                UUID.nameUUIDFromBytes(turn.id().getBytes(StandardCharsets.UTF_8)),
                NAMESPACE,
                MemoryKind.EPISODIC,
                turn.text(),
                Map.of(TURN, turn.id()),
                0.5,
                (text(index - 1, turn.session()) + "\n" + text(index + 1, turn.session())).strip(),
                turn.time(),
                turn.time(),
                null,
                null,
                null);
    }

    private String text(int index, String session) {
        boolean inSession = index >= 0
                && index < set.turns().size()
                && set.turns().get(index).session().equals(session);
        return inSession ? set.turns().get(index).text() : "";
    }

    /** Asks the questions that are wanted. */
    public Result ask(Recall.By by, Recall.Fusion fusion, Predicate<RetrievalSet.Question> wanted) {
        List<RetrievalSet.Question> questions =
                set.questions().stream().filter(wanted).toList();
        double at5 = 0;
        double at10 = 0;
        double reciprocal = 0;
        for (RetrievalSet.Question question : questions) {
            List<String> found = find(question.text(), by, fusion);
            at5 += recall(found.subList(0, Math.min(5, found.size())), question.evidence());
            at10 += recall(found, question.evidence());
            reciprocal += reciprocal(found, question.evidence());
        }
        int asked = questions.size();
        return new Result(asked, at5 / asked, at10 / asked, reciprocal / asked);
    }

    private List<String> find(String text, Recall.By by, Recall.Fusion fusion) {
        Recall recall = Recall.builder(text).limit(MOST).by(by).fusion(fusion).build();
        var search = new Storage.EntrySearch(
                recall, Set.of(NAMESPACE), embed(List.of(text)).getFirst(), NOW);
        return storage.entries().search(search).stream()
                .map(Hit::entry)
                .map(entry -> entry.metadata().getOrDefault(TURN, ""))
                .toList();
    }

    private static double recall(List<String> found, Set<String> evidence) {
        return found.stream().filter(evidence::contains).count() / (double) evidence.size();
    }

    private static double reciprocal(List<String> found, Set<String> evidence) {
        for (int i = 0; i < found.size(); i++) {
            if (evidence.contains(found.get(i))) {
                return 1.0 / (i + 1);
            }
        }
        return 0;
    }

    @Override
    public void close() {
        storage.close();
    }
}
