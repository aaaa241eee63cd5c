package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage.EntrySearch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One question to one or more namespaces: each has to be readable before any is searched. Used once. */
final class Search {
    private final Access access;
    private final Recall question;
    private final Map<String, Access> searched = new LinkedHashMap<>();

    Search(Access access, Recall question) {
        this.access = access;
        this.question = Objects.requireNonNull(question, "question");
        searched.put(access.text(), access);
        question.also().stream().sorted().forEach(also -> searched.computeIfAbsent(also, access::of));
    }

    List<Hit> hits() {
        if (needsMeaning() && !embeddings().isThere()) {
            throw new IllegalStateException(
                    "to search by meaning takes an embedder: give the builder one, or add a module"
                            + " that has one; Recall.By.WORDS needs none");
        }
        Deed deed = Deed.of(Deed.READ, "search")
                .with("search", question.by().name())
                .with("limit", question.limit())
                .carrying(question.text());
        var actions = new ArrayList<Action>();
        searched.values().forEach(one -> actions.addAll(one.reads(deed)));
        return actions.isEmpty()
                ? found()
                : access.cross(
                        actions,
                        new Access.Work<>(
                                this::found,
                                0,
                                hits -> hits.stream()
                                        .mapToLong(hit -> StoredEntries.size(hit.entry()))
                                        .sum(),
                                hits -> hits.size() + " hits"));
    }

    private Embeddings embeddings() {
        return access.desk().embeddings();
    }

    private boolean needsMeaning() {
        return question.by() == Recall.By.MEANING || question.by() == Recall.By.HYBRID;
    }

    private List<Hit> found() {
        var names = new LinkedHashMap<String, String>();
        searched.values().forEach(one -> names.put(one.stored(), one.text()));
        Embedding meaning = meaning();
        Instant now = access.now();
        var search = new EntrySearch(question, Set.copyOf(names.keySet()), meaning, now);
        return access.ask(() -> access.storage().entries().search(search)).stream()
                .map(hit -> shown(hit, names))
                .toList();
    }

    private Hit shown(Hit hit, Map<String, String> names) {
        String name = names.get(hit.entry().namespace());
        if (name == null) {
            throw new IllegalStateException(
                    "the store has found something in " + hit.entry().namespace() + ", which was not searched");
        }
        access.actor().tainted(Entries.taint(hit.entry()));
        return new Hit(Entries.in(name, hit.entry()), hit.score(), hit.why());
    }

    /** {@return what the embedder makes of the question; null to search by words alone} */
    private @Nullable Embedding meaning() {
        if (question.by() == Recall.By.WORDS || !embeddings().isThere()) {
            return null;
        }
        return switch (embeddings().of(access.actor(), List.of(question.text()))) {
            case Embeddings.Vectors(var vectors) -> vectors.getFirst();
            case Embeddings.Failed(var reason, var cause) -> {
                if (needsMeaning()) {
                    throw new IllegalStateException(
                            "the embedder cannot say what the question means: " + reason, cause);
                }
                yield null;
            }
        };
    }
}
