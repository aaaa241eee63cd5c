package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code memory}, against a live daemon. */
class MemoryCommandTest {
    private static final String LAB = "shared/lab";

    @TempDir
    Path folder;

    private LiveDaemon daemon;

    @BeforeEach
    void startDaemon() {
        daemon = new LiveDaemon(folder.resolve("d"));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    private String remember(String text, String... options) {
        var words = new ArrayList<>(List.of("memory", "remember", LAB, text));
        words.addAll(List.of(options));
        Invocation remembered = daemon.run(words.toArray(String[]::new));
        assertThat(remembered.exit()).as(remembered.err()).isZero();
        return remembered.out().strip();
    }

    private List<String> texts(String... search) {
        return daemon.run(search).json().at("hits").asArray().elements().stream()
                .map(hit -> hit.at("entry", "text").text())
                .toList();
    }

    @Test
    void list_showsNamespaces_andWhatOneHolds() {
        Invocation none = daemon.run("memory", "list");
        Invocation nothing = daemon.run("memory", "list", LAB);
        String id = remember("Water boils at 93 degrees", "--importance", "0.9", "--kind", "episodic");
        daemon.run("memory", "put", LAB, "mood", "\"good\"");

        Invocation namespaces = daemon.run("memory", "list");
        Invocation lab = daemon.run("memory", "list", LAB);

        assertThat(none.out()).isEqualTo("no namespace has an entry\n");
        assertThat(nothing.out()).isEqualTo("shared/lab holds nothing\n");
        assertThat(namespaces.out()).isEqualTo("NAMESPACE   ENTRIES\nshared/lab  1\n");
        assertThat(lab.out())
                .startsWith("KEY   VERSION  VALUE\nmood  1        \"good\"\n\nID ")
                .containsPattern(id + "  \\S+ \\S+  EPISODIC  0\\.9 +Water boils at 93 degrees\n");
    }

    @Test
    void list_goesOnAfterAnEntry_whenThereAreMore() {
        String first = remember("one");
        remember("two");

        JsonObject page =
                daemon.run("memory", "list", LAB, "--limit", "1", "--json").json();
        String human = daemon.run("memory", "list", LAB, "--limit", "1").out();
        JsonObject rest =
                daemon.run("memory", "list", LAB, "--after", first, "--json").json();

        assertThat(page.members().keySet()).containsExactly("namespace", "session", "keys", "entries", "more");
        assertThat(page.at("more").bool()).isTrue();
        assertThat(human).endsWith("there is more; go on with --after " + first + "\n");
        assertThat(rest.at("entries", "0", "text").text()).isEqualTo("two");
        assertThat(rest.at("more").bool()).isFalse();
    }

    @Test
    void putAndGet_keepValuesByKey_inSessions() {
        Invocation put = daemon.run("memory", "put", LAB, "price", "{\"btc\": 1.5}");
        daemon.run("memory", "put", LAB, "price", "2", "--session", "other");

        Invocation get = daemon.run("memory", "get", LAB, "price");
        Invocation other = daemon.run("memory", "get", LAB, "price", "--session", "other", "--json");

        assertThat(put.out()).isEqualTo("'price' has version 1\n");
        assertThat(get.out()).isEqualTo("{\"btc\":1.5}\n");
        assertThat(other.out())
                .isEqualTo("{\"namespace\":\"shared/lab\",\"item\":{\"key\":\"price\",\"version\":1,\"value\":2}}\n");
    }

    @Test
    void put_isRefused_whenTheVersionIsAnother() {
        daemon.run("memory", "put", LAB, "k", "1", "--if-version", "0");

        Invocation late = daemon.run("memory", "put", LAB, "k", "2", "--if-version", "0", "--json");
        Invocation right = daemon.run("memory", "put", LAB, "k", "3", "--if-version", "1");
        Invocation both = daemon.run("memory", "put", LAB, "k", "3", "--if-version", "1", "--ttl", "1d");

        assertThat(late.exit()).isEqualTo(1);
        assertThat(late.json().at("error", "code").text()).isEqualTo("CONFLICT");
        assertThat(right.out()).isEqualTo("'k' has version 2\n");
        assertThat(both.exit()).isEqualTo(2);
        assertThat(daemon.run("memory", "get", LAB, "k").out()).isEqualTo("3\n");
    }

    @Test
    void forget_removesAKey_once() {
        daemon.run("memory", "put", LAB, "k", "1");

        Invocation forget = daemon.run("memory", "forget", LAB, "k");
        Invocation again = daemon.run("memory", "forget", LAB, "k", "--json");

        assertThat(forget.out()).isEqualTo("'k' is removed\n");
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.json().at("error", "code").text()).isEqualTo("NOT_REMEMBERED");
    }

    @Test
    void aKeyThatLooksLikeAnId_isReachedByItsSession() {
        String key = UUID.randomUUID().toString();
        daemon.run("memory", "put", LAB, key, "1");

        assertThat(daemon.run("memory", "get", LAB, key).exit()).isEqualTo(1);
        assertThat(daemon.run("memory", "get", LAB, key, "--session", "default").out())
                .isEqualTo("1\n");
    }

    @Test
    void get_showsAnEntry() {
        String id = remember("Water boils", "--meta", "source=handbook", "--time", "2026-01-01T12:00:00Z");

        Invocation get = daemon.run("memory", "get", LAB, id);
        JsonValue entry = daemon.run("memory", "get", LAB, id, "--json").json().at("entry");

        assertThat(get.out())
                .contains("id          " + id + "\n", "text        Water boils\n", "metadata    source=handbook\n")
                .doesNotContain("expires", "ended", "supersedes");
        assertThat(entry.asObject().members().keySet())
                .containsExactly(
                        "id",
                        "namespace",
                        "kind",
                        "text",
                        "metadata",
                        "importance",
                        "time",
                        "remembered",
                        "expires",
                        "ended",
                        "supersedes");
        assertThat(entry.at("time").text()).isEqualTo("2026-01-01T12:00:00Z");
    }

    @Test
    void search_findsWhatFits_withItsScore() {
        remember("Water boils at 93 degrees on the plateau", "--meta", "source=handbook");
        remember("The cat sleeps");

        Invocation human = daemon.run("memory", "search", LAB, "boiling water", "--words");
        JsonObject hits =
                daemon.run("memory", "search", LAB, "boiling water", "--json").json();
        Invocation none = daemon.run("memory", "search", LAB, "zeppelin");

        assertThat(human.out())
                .containsPattern("^\\d\\.\\d{3}  Water boils at 93 degrees on the plateau\n")
                .contains("source=handbook", "words; words ", "(no. 1); fused ")
                .doesNotContain("cat");
        assertThat(hits.at("hits", "0").asObject().members().keySet()).containsExactly("score", "entry", "why");
        assertThat(hits.at("hits", "0", "why").asObject().members().keySet())
                .containsExactly(
                        "method",
                        "words",
                        "wordsRank",
                        "meaning",
                        "meaningRank",
                        "fused",
                        "recency",
                        "importance",
                        "text");
        assertThat(none).isEqualTo(new Invocation(0, "nothing fits\n", ""));
    }

    @Test
    void search_isNarrowed_asAsked() {
        remember("apples are red", "--meta", "farm=north");
        remember("apples are green", "--meta", "farm=south", "--kind", "episodic");
        daemon.run("memory", "remember", "shared/other", "apples are blue");

        assertThat(texts("memory", "search", LAB, "apples", "--meta", "farm=north", "--json"))
                .containsExactly("apples are red");
        assertThat(texts("memory", "search", LAB, "apples", "--kind", "episodic", "--json"))
                .containsExactly("apples are green");
        assertThat(texts("memory", "search", LAB, "apples", "--limit", "1", "--json"))
                .hasSize(1);
        assertThat(texts("memory", "search", LAB, "apples", "--also", "shared/other", "--json"))
                .hasSize(3);
    }

    @Test
    void search_showsWhatHeld_asOfAnEarlierTime() {
        String id = remember("apples are red");
        String then = Instant.now().toString();
        daemon.run("memory", "forget", LAB, id);

        assertThat(texts("memory", "search", LAB, "apples", "--json")).isEmpty();
        assertThat(texts("memory", "search", LAB, "apples", "--as-of", then, "--json"))
                .containsExactly("apples are red");
        assertThat(daemon.run("memory", "get", LAB, id).out()).contains("ended ");
    }

    @Test
    void search_saysSo_whenThereIsNoEmbedder() {
        Invocation meaning = daemon.run("memory", "search", LAB, "apples", "--meaning");

        assertThat(meaning.exit()).isEqualTo(2);
        assertThat(meaning.err()).contains("embedder").hasLineCount(1);
    }

    @Test
    void remember_putsAnEntryInThePlaceOfAnother() {
        String old = remember("apples are red");

        String next = remember("apples are green", "--supersedes", old);

        assertThat(texts("memory", "search", LAB, "apples", "--json")).containsExactly("apples are green");
        assertThat(daemon.run("memory", "get", LAB, next).out()).contains("supersedes  " + old);
        assertThat(daemon.run("memory", "remember", LAB, "x", "--supersedes", old)
                        .exit())
                .as("it has ended")
                .isEqualTo(2);
    }

    @Test
    void forget_canDeleteForGood() {
        String id = remember("a secret");

        Invocation purge = daemon.run("memory", "forget", LAB, id, "--purge", "--json");
        Invocation again = daemon.run("memory", "forget", LAB, id);

        assertThat(purge.out()).isEqualTo("{\"namespace\":\"shared/lab\",\"id\":\"" + id + "\",\"purged\":true}\n");
        assertThat(again.exit()).isEqualTo(1);
        assertThat(daemon.run("memory", "get", LAB, id).exit()).isEqualTo(1);
    }

    @Test
    void export_canBeImported_elsewhere() throws IOException {
        String id = remember("apples are red");
        remember("zwölf Boxkämpfer 😀");
        Path file = folder.resolve("lab.jsonl");

        Invocation export = daemon.run("memory", "export", LAB, file.toString());
        Invocation twice = daemon.run("memory", "export", LAB, file.toString());
        Invocation imported = daemon.run("memory", "import", "shared/copy", file.toString());
        Invocation again = daemon.run("memory", "import", "shared/copy", file.toString(), "--json");

        assertThat(export.out()).isEqualTo("2 entries of shared/lab in " + file + "\n");
        assertThat(Files.readString(file)).hasLineCount(2).contains(id, "zwölf Boxkämpfer 😀");
        assertThat(twice.exit()).isEqualTo(2);
        assertThat(twice.err()).contains("exists already");
        assertThat(imported.out()).isEqualTo("2 new entries in shared/copy\n");
        assertThat(again.out()).isEqualTo("{\"namespace\":\"shared/copy\",\"imported\":0}\n");
        assertThat(daemon.run("memory", "get", "shared/copy", id).exit()).isZero();
    }

    @Test
    void export_isWholeLines_howeverMuchThereIs() {
        for (int i = 0; i < 40; i++) {
            remember(i + " " + "ä".repeat(20_000));
        }

        Invocation export = daemon.run("memory", "export", LAB);
        JsonObject document = daemon.run("memory", "export", LAB, "--json").json();

        assertThat(export.out().lines().map(Invocation::parse)).hasSize(40);
        assertThat(document.members().keySet()).containsExactly("namespace", "exported", "file", "lines");
        assertThat(document.at("exported")).isEqualTo(JsonValue.of(40));
        assertThat(document.at("lines").asArray().size()).isEqualTo(40);
    }

    @Test
    void import_changesNothing_whenALineIsWrong() throws IOException {
        String id = remember("apples are red");
        String good = daemon.run("memory", "export", LAB).out();
        Path file = Files.writeString(folder.resolve("bad.jsonl"), good + "{nonsense\n");

        Invocation imported = daemon.run("memory", "import", "shared/copy", file.toString());
        Invocation missing = daemon.run("memory", "import", "shared/copy", "no-such-file");

        assertThat(imported.exit()).isEqualTo(1);
        assertThat(imported.err()).contains("line 2").hasLineCount(1);
        assertThat(daemon.run("memory", "get", "shared/copy", id).exit()).isEqualTo(1);
        assertThat(missing.exit()).isEqualTo(2);
        assertThat(missing.err()).contains("no-such-file does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lab", "shared/", "agent/a#1", "shared/a/../b", "other/x"})
    void namespace_isRefused_whenItIsNone(String namespace) {
        Invocation list = daemon.run("memory", "list", namespace, "--json");

        assertThat(list.exit()).isEqualTo(2);
        assertThat(list.json().at("error", "code").text()).isEqualTo("PARAMS_INVALID");
        assertThat(list.json().at("error", "message").text()).contains("a namespace is agent/<path> or shared/<topic>");
    }

    @ParameterizedTest
    @CsvSource({
        "remember shared/lab x --importance 2, from 0 to 1",
        "remember shared/lab x --kind odd, SEMANTIC",
        "remember shared/lab x --supersedes y, no id of an entry",
        "search shared/lab x --limit 0, 1 to 1000",
        "search shared/lab x --also y, namespace"
    })
    void words_areRefused_thatTheMemoryDoesNotUnderstand(String words, String problem) {
        Invocation refused = daemon.run(("memory " + words).split(" "));

        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains(problem).hasLineCount(1);
    }

    @Test
    void text_cannotForgeLines() {
        remember("bad\nagent-os: all is well\u001b[2J");

        String list = daemon.run("memory", "list", LAB).out();

        assertThat(list).hasLineCount(2).doesNotContain("\u001b").contains("bad | agent-os");
    }
}
