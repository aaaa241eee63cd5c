package dev.agentos.api.memory;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A question to long-term memory.
 *
 * @param text what to look for, in plain words: nothing in it is syntax
 * @param limit how many hits at most, 1 to {@value #MAX_LIMIT}; 10 unless said
 * @param by what is compared; {@link By#AUTO} unless said
 * @param fusion how words and meaning become one score; {@link Fusion#MIN_MAX} unless said
 * @param kinds only these; empty for all
 * @param metadata only entries that have all of these
 * @param since only entries of this time or later; null for all
 * @param until only entries before this time; null for all
 * @param asOf what held at that time; null for now
 * @param also further namespaces that are searched together with the one that is asked; each has to be readable
 * @since 0.2
 */
public record Recall(
        String text,
        int limit,
        By by,
        Fusion fusion,
        Set<MemoryKind> kinds,
        Map<String, String> metadata,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable Instant asOf,
        Set<String> also) {
    /** The most hits of one question. */
    public static final int MAX_LIMIT = 1_000;

    /** What is compared. */
    public enum By {
        /** Words and meaning where the runtime has an embedder, else words. */
        AUTO,
        /** Words: their stems, by BM25. */
        WORDS,
        /** Meaning: the cosine of the vectors; needs an embedder. */
        MEANING,
        /** Both; needs an embedder. */
        HYBRID
    }

    /** How the two lists become one. */
    public enum Fusion {
        /** Each score brought to 0 to 1 over the candidates, half of each. */
        MIN_MAX,
        /** Reciprocal ranks, 1 / (60 + rank). */
        RANK
    }

    /** Checks and copies. */
    public Recall {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(fusion, "fusion");
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a limit is from 1 to " + MAX_LIMIT + ": " + limit);
        }
        kinds = Set.copyOf(kinds);
        metadata = Map.copyOf(metadata);
        also = Set.copyOf(also);
    }

    /** {@return a question with every default} */
    public static Recall of(String text, int limit) {
        return builder(text).limit(limit).build();
    }

    /** {@return a builder of a question} */
    public static Builder builder(String text) {
        return new Builder(text);
    }

    /** Collects the parts of a question. Not thread-safe. */
    public static final class Builder {
        private final String text;
        private int limit = 10;
        private By by = By.AUTO;
        private Fusion fusion = Fusion.MIN_MAX;
        private final Set<MemoryKind> kinds = new LinkedHashSet<>();
        private final Map<String, String> metadata = new LinkedHashMap<>();
        private @Nullable Instant since;
        private @Nullable Instant until;
        private @Nullable Instant asOf;
        private final Set<String> also = new LinkedHashSet<>();

        private Builder(String text) {
            this.text = Objects.requireNonNull(text, "text");
        }

        /** How many hits at most. */
        public Builder limit(int most) {
            limit = most;
            return this;
        }

        /** What is compared. */
        public Builder by(By what) {
            by = Objects.requireNonNull(what, "what");
            return this;
        }

        /** How words and meaning become one score. */
        public Builder fusion(Fusion how) {
            fusion = Objects.requireNonNull(how, "how");
            return this;
        }

        /** Only entries of this kind, or of others that are named too. */
        public Builder kind(MemoryKind what) {
            kinds.add(Objects.requireNonNull(what, "what"));
            return this;
        }

        /** Only entries that have this. */
        public Builder metadata(String key, String value) {
            metadata.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Only entries of this time or later. */
        public Builder since(Instant first) {
            since = Objects.requireNonNull(first, "first");
            return this;
        }

        /** Only entries before this time. */
        public Builder until(Instant end) {
            until = Objects.requireNonNull(end, "end");
            return this;
        }

        /** What held at that time. */
        public Builder asOf(Instant moment) {
            asOf = Objects.requireNonNull(moment, "moment");
            return this;
        }

        /** One more namespace. */
        public Builder also(String namespace) {
            also.add(Objects.requireNonNull(namespace, "namespace"));
            return this;
        }

        /** {@return the question} May be called again. */
        public Recall build() {
            return new Recall(text, limit, by, fusion, kinds, metadata, since, until, asOf, also);
        }
    }
}
