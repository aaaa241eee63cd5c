package dev.agentos.api.security;

import java.util.Set;

/** Checks the plain names of the capability language: types, verbs and keys. ASCII only, never escaped. */
final class Names {
    static final int MAX_LENGTH = 64;

    /** Types and verbs that are known to be good: the actions of the runtime itself are made of these, at every send and every call. */
    private static final Set<String> USUAL = Set.of(
            "agent", "call", "chat", "emit", "event", "file", "get", "memory", "model", "net", "read", "send", "spawn",
            "tool", "topic", "write");

    private Names() {}

    static void checkType(String type) {
        if (!USUAL.contains(type)) {
            check("type", type, "-", false);
        }
    }

    static void checkVerb(String verb) {
        if (!USUAL.contains(verb)) {
            check("action", verb, "-_", false);
        }
    }

    static void checkKey(String key) {
        check("key", key, "-_.", true);
    }

    private static void check(String what, String name, String others, boolean mixedCase) {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a" + (what.equals("action") ? "n " : " ") + what + " has 1 to " + MAX_LENGTH + " characters");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (mixedCase && c >= 'A' && c <= 'Z');
            boolean other = (c >= '0' && c <= '9') || others.indexOf(c) >= 0;
            if (!letter && (i == 0 || !other)) {
                throw new IllegalArgumentException("the " + what + " '" + Escapes.escape(name) + "' is not a name: "
                        + (mixedCase ? "" : "lower-case ") + "letters, then digits and " + others);
            }
        }
    }
}
