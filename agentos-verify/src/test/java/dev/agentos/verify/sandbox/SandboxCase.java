package dev.agentos.verify.sandbox;

/**
 * One attempt of a hostile program.
 *
 * @param sandbox what it runs in
 * @param id as in the table
 * @param attempt what is tried, for people
 * @param means what is expected to stop it, for people
 * @param body tries it
 */
record SandboxCase(String sandbox, String id, String attempt, String means, Body body) {
    static final String LINUX = "linux";

    /** Runs in the sandbox of Linux. */
    SandboxCase(String id, String attempt, String means, Body body) {
        this(LINUX, id, attempt, means, body);
    }

    /** Tries something. */
    interface Body {
        /**
         * Tries it, and returns what happened, in few words that are the same on each machine of a kind.
         *
         * @throws AssertionError if what must not happen has happened
         */
        String happens(CaseRoom room) throws Exception;
    }
}
