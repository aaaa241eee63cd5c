package dev.agentos.api.security;

import java.util.List;

/** The rules of wildcards, word for word and without any care for speed. */
final class SimpleMatcher {
    private SimpleMatcher() {}

    static boolean matches(List<String> pattern, List<String> resource) {
        if (pattern.isEmpty()) {
            return resource.isEmpty();
        }
        String first = pattern.getFirst();
        if (first.equals("**")) {
            return true;
        }
        return !resource.isEmpty()
                && matches(first, resource.getFirst())
                && matches(pattern.subList(1, pattern.size()), resource.subList(1, resource.size()));
    }

    private static boolean matches(String pattern, String segment) {
        if (pattern.endsWith("*")) {
            return !segment.isEmpty() && segment.startsWith(pattern.replace("*", ""));
        }
        return segment.equals(pattern);
    }
}
