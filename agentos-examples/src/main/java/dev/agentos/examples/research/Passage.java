package dev.agentos.examples.research;

import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A paragraph of a text file: where it begins, and what it says. */
record Passage(int line, String text) {
    private static final int SHOWN = 90;

    /** {@return the paragraphs of a text: what stands between empty lines} */
    static List<Passage> of(String text) {
        var passages = new ArrayList<Passage>();
        var paragraph = new StringBuilder();
        int line = 0;
        int first = 1;
        for (String each : (text + "\n\n").split("\n", -1)) {
            line++;
            if (!each.isBlank()) {
                first = paragraph.isEmpty() ? line : first;
                paragraph.append(paragraph.isEmpty() ? "" : "\n").append(each);
            } else if (!paragraph.isEmpty()) {
                passages.add(new Passage(first, paragraph.toString()));
                paragraph.setLength(0);
            }
        }
        return passages;
    }

    /** {@return what to remember of a file: every paragraph but the headings, with its neighbours around it} */
    static List<Note> notes(String file, String text) {
        List<Passage> passages = of(text);
        var notes = new ArrayList<Note>();
        for (int i = 0; i < passages.size(); i++) {
            Passage passage = passages.get(i);
            if (!passage.text.startsWith("#")) {
                String before = i == 0 ? "" : passages.get(i - 1).text;
                String after = i == passages.size() - 1 ? "" : passages.get(i + 1).text;
                notes.add(Note.builder(passage.text)
                        .surroundings((before + "\n" + after).strip())
                        .metadata("file", file)
                        .metadata("line", "" + passage.line)
                        .build());
            }
        }
        return notes;
    }

    /** {@return what was found, for people: its score, where it stands, how it begins, and why it was found} */
    static String citation(Hit hit) {
        String text = hit.text().replaceAll("\\s+", " ");
        String start = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + " …";
        var from = hit.entry().metadata();
        return String.format(
                Locale.ROOT,
                "  %.3f  %s:%s  %s%n         %s",
                hit.score(),
                from.get("file"),
                from.get("line"),
                start,
                hit.why());
    }
}
