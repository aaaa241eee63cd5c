package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Texts of people who mean harm, or write in scripts that nobody thought of. */
class EntryProperties {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final Storage STORAGE = SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections());

    @BeforeContainer
    static void fill() {
        commit(entry("shared/open", "harbour public", Map.of()));
        commit(entry("shared/closed", "harbour secret", Map.of()));
    }

    @AfterContainer
    static void close() {
        STORAGE.close();
    }

    @Property(tries = 300)
    void search_findsNothingOfAnotherNamespace_whateverIsAsked(@ForAll("hostile") String question) {
        List<Hit> hits = search(Recall.of(question, 10), "shared/open");

        assertThat(hits).extracting(hit -> hit.entry().namespace()).allMatch("shared/open"::equals);
    }

    @Property(tries = 300)
    void search_findsAnEntry_byItsMetadata(@ForAll("hostile") String key, @ForAll("hostile") String value) {
        String namespace = "shared/" + UUID.randomUUID();
        commit(entry(namespace, "harbour with this", Map.of(key, value, key + "x", "y")));
        commit(entry(namespace, "harbour with another", Map.of(key, value + "z")));

        List<Hit> hits = search(Recall.builder("harbour").metadata(key, value).build(), namespace);

        assertThat(hits).extracting(Hit::text).containsExactly("harbour with this");
        assertThat(hits.getFirst().entry().metadata()).containsEntry(key, value);
    }

    @Property(tries = 300)
    void purge_leavesTheIndexInStep_whateverTheTextWas(@ForAll("hostile") String text) {
        Entry entry = entry("shared/open", text + " anchor", Map.of());
        commit(entry);
        assertThat(search(Recall.of("anchor", 10), "shared/open")).isNotEmpty();

        STORAGE.commit(List.of(new StoredRow.EntryPurgeRow("shared/open", entry.id())), Durability.BUFFERED)
                .toCompletableFuture()
                .join();

        assertThat(search(Recall.of("anchor", 10), "shared/open")).isEmpty();
        assertThat(search(Recall.of("harbour", 10), "shared/open")).isNotEmpty();
    }

    /** Without halves of surrogate pairs: they are no text, and no UTF-8 has them. */
    @Provide
    Arbitrary<String> hostile() {
        Arbitrary<String> syntax = Arbitraries.of(
                        "\"", "'", "*", "(", ")", "NEAR", "OR", "AND", "NOT", "ns :", "text:", "{ns}", "^", "-", "+",
                        "\0", "\\", ",", ";", "--", "harbour", "secret", "n2", "\uE0002", "$", ".", "[0]", "%", "\n",
                        "e\u0301", "日本", "😀", "\uFFFF", "ʼ", "½")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join(" ", parts));
        Arbitrary<String> any = Arbitraries.strings()
                .withChars('\0', '"', '\'', '*', ':', ' ', 'a', 'Z', '0')
                .withCharRange(' ', '\uD7FF')
                .withCharRange('\uE000', '\uFFFF')
                .ofMaxLength(40);
        return Arbitraries.oneOf(syntax, syntax.map(text -> text.replace(" ", "")), any);
    }

    private static Entry entry(String namespace, String text, Map<String, String> metadata) {
        return new Entry(
                UUID.randomUUID(), namespace, MemoryKind.SEMANTIC, text, metadata, 0.5, "", NOW, NOW, null, null, null);
    }

    private static void commit(Entry entry) {
        STORAGE.commit(List.of(new StoredRow.EntryRow(entry, null)), Durability.BUFFERED)
                .toCompletableFuture()
                .join();
    }

    private static List<Hit> search(Recall question, String namespace) {
        return STORAGE.entries().search(new Storage.EntrySearch(question, Set.of(namespace), null, NOW));
    }
}
