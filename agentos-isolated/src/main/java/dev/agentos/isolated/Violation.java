package dev.agentos.isolated;

/** A process said what no agent says: it is ended for that. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String what) {
        super(what, null, false, false);
    }
}
