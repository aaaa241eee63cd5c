package dev.agentos.json;

/**
 * Remembers, while a reader walks through a text, the line of the value at a pointer, or of the nearest parent that there
 * is. One search each.
 */
final class LineSearch {
    private final String[] target;
    private int depth;
    /** How many steps of the way down to where the reader is are those of the target. */
    private int matching;

    private int foundDepth = -1;
    private int foundLine = 1;

    /**
     * Searches for a JSON pointer (RFC 6901).
     *
     * @throws IllegalArgumentException if it is none
     */
    LineSearch(String pointer) {
        target = Pointers.steps(pointer);
    }

    /** Another reader starts from the beginning. */
    void restart() {
        depth = 0;
        matching = 0;
        foundDepth = -1;
        foundLine = 1;
    }

    /** The reader goes down to a member or an element. */
    void enter(String step) {
        if (matching == depth && depth < target.length && target[depth].equals(step)) {
            matching++;
        }
        depth++;
    }

    /** The reader is done with a member or an element. */
    void leave() {
        depth--;
        matching = Math.min(matching, depth);
    }

    /** The reader is at the beginning of a value. */
    void valueAt(int line) {
        if (matching == depth && depth > foundDepth) {
            foundDepth = depth;
            foundLine = line;
        }
    }

    int line() {
        return foundLine;
    }
}
