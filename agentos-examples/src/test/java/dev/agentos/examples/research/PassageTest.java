package dev.agentos.examples.research;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Explanation;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Note;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PassageTest {
    @Test
    void passages_areWhatStandsBetweenEmptyLines_withTheLineWhereTheyBegin() {
        String text = "\none\ntwo\n  \n\nthree";

        List<Passage> passages = Passage.of(text);

        assertThat(passages).containsExactly(new Passage(2, "one\ntwo"), new Passage(6, "three"));
    }

    @Test
    void passages_areNone_ofAnEmptyText() {
        assertThat(Passage.of("")).isEmpty();
    }

    @Test
    void notes_haveTheirNeighboursAround_andLeaveHeadingsOut() {
        List<Note> notes = Passage.notes("a.md", "# Title\n\nfirst\n\nsecond\n\nthird\n");

        assertThat(notes).extracting(Note::text).containsExactly("first", "second", "third");
        assertThat(notes).extracting(Note::surroundings).containsExactly("# Title\nsecond", "first\nthird", "second");
        assertThat(notes)
                .extracting(Note::metadata)
                .containsExactly(
                        Map.of("file", "a.md", "line", "3"),
                        Map.of("file", "a.md", "line", "5"),
                        Map.of("file", "a.md", "line", "7"));
    }

    @Test
    void citation_isCut_whenTheTextIsLong() {
        String citation = Passage.citation(hit("long ".repeat(100)));

        assertThat(citation.lines().toList())
                .containsExactly(
                        "  0.500  a.md:7  " + "long ".repeat(18) + " …",
                        "         words; words 2.000 (no. 1); fused 0.400 + recency 0.050 + importance 0.050");
    }

    private static Hit hit(String text) {
        var entry = new Entry(
                new UUID(1, 1),
                "shared/notes",
                MemoryKind.SEMANTIC,
                text,
                Map.of("file", "a.md", "line", "7"),
                0.5,
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null,
                null);
        return new Hit(entry, 0.5, new Explanation(2.0, 1, null, null, 0.4, 0.05, 0.05, "words"));
    }
}
