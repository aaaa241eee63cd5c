package dev.agentos.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a schema has against a value, and where. One check each; costs next to nothing while there is nothing to say. */
final class Findings {
    /** Nobody reads a million lines, and a hostile value could ask for them. */
    static final int MOST = 32;

    private Object[] path = new Object[8];
    private int depth;
    private @Nullable List<String> lines;

    /** Goes down to a member (a {@code String}) or an element (an {@code Integer}). */
    void enter(Object step) {
        if (depth == path.length) {
            path = Arrays.copyOf(path, depth * 2);
        }
        path[depth++] = step;
    }

    /** Comes back up. */
    void leave() {
        depth--;
    }

    /** Notes that the value here is not what was expected. */
    void expected(String what) {
        if (lines == null) {
            lines = new ArrayList<>();
        }
        if (lines.size() < MOST) {
            var pointer = new StringBuilder();
            for (int i = 0; i < depth; i++) {
                pointer.append(Pointers.step(path[i].toString()));
            }
            lines.add(line(pointer.toString(), what));
        }
    }

    boolean isEmpty() {
        return lines == null;
    }

    List<String> lines() {
        return lines == null ? List.of() : List.copyOf(lines);
    }

    static String line(String pointer, String what) {
        return Pointers.shown(pointer) + ": expected " + what;
    }
}
