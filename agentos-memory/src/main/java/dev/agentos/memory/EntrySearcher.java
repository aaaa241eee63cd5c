package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ENTRIES;
import static dev.agentos.memory.jooq.Tables.ENTRY_NAMESPACES;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.memory.search.Fusion;
import dev.agentos.memory.search.SearchTerms;
import dev.agentos.memory.search.Vector;
import dev.agentos.memory.search.VectorBlock;
import dev.agentos.memory.search.VectorCache;
import dev.agentos.memory.search.VectorSearch;
import dev.agentos.memory.search.VectorStore;
import dev.agentos.memory.search.WordIndex;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Answers one search, in one transaction that reads. Which namespaces may be searched, what has ended, and every other condition of the
 * question are part of each query that chooses candidates: what may not be found takes no place from what may.
 */
final class EntrySearcher {
    /** How many candidates each of the two searches names at least, and how many for each hit that is wanted. */
    private static final int CANDIDATES = 50;

    private static final int CANDIDATES_PER_HIT = 4;

    private final DSLContext dsl;
    private final EntryRows codec;
    private final VectorCache cache;
    private final Storage.EntrySearch search;
    private final Recall question;
    private final @Nullable Embedding embedding;
    private final Condition condition;
    private final int most;

    EntrySearcher(DSLContext dsl, EntryRows codec, VectorCache cache, Storage.EntrySearch search) {
        this.dsl = dsl;
        this.codec = codec;
        this.cache = cache;
        this.search = search;
        this.question = search.question();
        this.embedding = question.by() == Recall.By.WORDS ? null : search.embedding();
        this.condition = EntryConditions.of(question, search.now(), Dialect.of(dsl));
        this.most = Math.max(CANDIDATES, CANDIDATES_PER_HIT * question.limit());
    }

    /** The hits, best first. */
    List<Hit> hits() {
        Map<Long, Long> generations = generations();
        if (generations.isEmpty()) {
            return List.of();
        }
        List<Fusion.Found> words = question.by() == Recall.By.MEANING ? List.of() : byWords(generations.keySet());
        List<Fusion.Found> meaning = embedding == null ? List.of() : byMeaning(embedding, generations);
        Instant asOf = question.asOf();
        List<Fusion.Scored> best = new Fusion(words, meaning, method())
                .scored(facts(words, meaning), asOf == null ? search.now() : asOf).stream()
                        .limit(question.limit())
                        .toList();
        Map<Long, Entry> entries = entries(best);
        var hits = new ArrayList<Hit>();
        for (Fusion.Scored scored : best) {
            Entry entry = entries.get(scored.position());
            if (entry != null) {
                hits.add(new Hit(entry, scored.score(), scored.why()));
            }
        }
        return List.copyOf(hits);
    }

    private Fusion.Method method() {
        if (question.by() == Recall.By.MEANING) {
            return Fusion.Method.MEANING;
        }
        return embedding == null ? Fusion.Method.WORDS : Fusion.Method.of(question.fusion());
    }

    /** The numbers of the namespaces that there are, each with its generation. */
    private Map<Long, Long> generations() {
        var generations = new HashMap<Long, Long>();
        dsl.select(ENTRY_NAMESPACES.NUMBER, ENTRY_NAMESPACES.GENERATION)
                .from(ENTRY_NAMESPACES)
                .where(ENTRY_NAMESPACES.NAME.in(search.namespaces()))
                .forEach(row -> generations.put(row.value1(), row.value2()));
        return generations;
    }

    private List<Fusion.Found> byWords(Set<Long> namespaces) {
        List<String> terms = SearchTerms.of(question.text());
        if (terms.isEmpty()) {
            return List.of();
        }
        WordIndex index = Dialect.of(dsl).words();
        Field<Double> score = index.score(terms).as("score");
        return dsl
                .select(ENTRIES.POSITION, score)
                .from(index.entries())
                .where(index.matches(namespaces, terms))
                .and(ENTRIES.NAMESPACE.in(namespaces))
                .and(condition)
                .orderBy(score.desc(), ENTRIES.POSITION.desc())
                .limit(most)
                .fetch()
                .stream()
                // None has 0, unless the index takes a word of the question for none.
                .filter(row -> row.value2() > 0)
                .map(row -> new Fusion.Found(row.value1(), row.value2()))
                .toList();
    }

    private List<Fusion.Found> byMeaning(Embedding wanted, Map<Long, Long> generations) {
        var vectors = new VectorStore(dsl, cache);
        float[] values = wanted.values();
        float[] unit = Vector.normalised(values);
        var near = new ArrayList<List<VectorSearch.Near>>();
        generations.forEach((namespace, generation) -> {
            var key = new VectorCache.Key(namespace, wanted.model(), values.length);
            VectorBlock block = vectors.block(key, generation);
            near.add(new VectorSearch(block, new EligibleEntries(namespace))
                    .nearest(unit, most, positions -> vectors.values(key, positions)));
        });
        return VectorSearch.merged(near, most).stream()
                .map(one -> new Fusion.Found(one.position(), one.cosine()))
                .toList();
    }

    private final class EligibleEntries implements VectorSearch.Eligible {
        private final Condition all;

        EligibleEntries(long namespace) {
            this.all = ENTRIES.NAMESPACE.eq(namespace).and(condition);
        }

        @Override
        public Set<Long> among(long[] positions) {
            return fetch(all.and(positionIn(LongStream.of(positions).boxed().toList())));
        }

        @Override
        public Set<Long> all() {
            return fetch(all);
        }

        private Set<Long> fetch(Condition wanted) {
            return new HashSet<>(
                    dsl.select(ENTRIES.POSITION).from(ENTRIES).where(wanted).fetch(ENTRIES.POSITION));
        }
    }

    /** Inline: they are numbers of ours, and binding thousands of them costs more than the query. */
    private static Condition positionIn(Collection<Long> positions) {
        return ENTRIES.POSITION.in(positions.stream().map(DSL::inline).toList());
    }

    private Map<Long, Fusion.Facts> facts(List<Fusion.Found> words, List<Fusion.Found> meaning) {
        var positions = new LinkedHashSet<Long>();
        words.forEach(found -> positions.add(found.position()));
        meaning.forEach(found -> positions.add(found.position()));
        var facts = new HashMap<Long, Fusion.Facts>();
        dsl.select(ENTRIES.POSITION, ENTRIES.TIME_S, ENTRIES.TIME_NS, ENTRIES.IMPORTANCE)
                .from(ENTRIES)
                .where(positionIn(positions))
                .forEach(row -> facts.put(
                        row.value1(),
                        new Fusion.Facts(
                                Instant.ofEpochSecond(row.value2(), row.value3()),
                                row.value4().doubleValue())));
        return facts;
    }

    private Map<Long, Entry> entries(List<Fusion.Scored> best) {
        var entries = new HashMap<Long, Entry>();
        EntryRows.select(dsl)
                .where(positionIn(best.stream().map(Fusion.Scored::position).toList()))
                .forEach(row -> entries.put(row.get(ENTRIES.POSITION), codec.entry(row)));
        return entries;
    }
}
