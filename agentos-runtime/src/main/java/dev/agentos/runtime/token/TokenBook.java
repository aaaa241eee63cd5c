package dev.agentos.runtime.token;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow.WorkingRow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/*
 * Kept as keys of a working memory, in a namespace that no memory has: the one of an agent begins with "agent/", a shared one with
 * "shared/". So tokens need no table of their own, a key is forgotten when its token has expired, and two programs over one store that
 * import the same token at once are told apart by its version.
 */
/** What is remembered of tokens by their id, over restarts if there is a store. Thread-safe. */
public sealed interface TokenBook {
    /** Ids that were revoked, until their tokens have expired. */
    String REVOKED = "revoked";

    /** Ids that were imported, with the numbers of their grants. */
    String IMPORTED = "imported";

    /** Ids that were exported, with the numbers of the grants behind them. */
    String EXPORTED = "exported";

    /** Keys of issuers, with the numbers of what they are trusted with. */
    String ISSUERS = "issuers";

    /** Keys of holders, with the time before which everything was signed that may have been accepted of them. */
    String PROOFS = "proofs";

    /** {@return what is there now, by id} */
    Map<String, JsonValue> all(String kind);

    /**
     * Remembers something about an id; durable when it returns.
     *
     * @param until when it may be forgotten
     */
    void put(String kind, String id, JsonValue value, Instant until);

    /** For a runtime in memory, which knows all of it anyway. */
    record InMemory() implements TokenBook {
        @Override
        public Map<String, JsonValue> all(String kind) {
            return Map.of();
        }

        @Override
        public void put(String kind, String id, JsonValue value, Instant until) {
            // Whoever says so remembers it for as long as the runtime lives.
        }
    }

    /** In a store. */
    record Stored(Storage storage, Supplier<Instant> clock) implements TokenBook {
        private static final String NAMESPACE = "tokens";

        @Override
        public Map<String, JsonValue> all(String kind) {
            var found = new HashMap<String, JsonValue>();
            for (WorkingRow row : storage.working().all(NAMESPACE, kind, clock.get())) {
                JsonValue value = row.value();
                if (value != null) {
                    found.put(row.key(), value);
                }
            }
            return found;
        }

        @Override
        public void put(String kind, String id, JsonValue value, Instant until) {
            var row = new WorkingRow(NAMESPACE, kind, id, value, WorkingRow.ANY, clock.get(), until);
            try {
                storage.commit(List.of(row), Durability.DURABLE)
                        .toCompletableFuture()
                        .join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }
}
