package dev.agentos.json;

/** JSON pointers (RFC 6901). */
public final class Pointers {
    private Pointers() {}

    /** Returns the pointer as messages show it: the empty one would not be seen. */
    static String shown(String pointer) {
        return pointer.isEmpty() ? "(root)" : pointer;
    }

    /** Returns one step with its slash. */
    public static String step(String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /**
     * Returns the steps of a pointer.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String[] steps(String pointer) {
        if (pointer.isEmpty()) {
            return new String[0];
        }
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException("a JSON pointer is empty or starts with a slash: '" + pointer + "'");
        }
        String[] steps = pointer.substring(1).split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            steps[i] = steps[i].replace("~1", "/").replace("~0", "~");
        }
        return steps;
    }
}
