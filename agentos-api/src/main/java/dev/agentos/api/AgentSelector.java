package dev.agentos.api;

import dev.agentos.api.message.Address;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Picks agents by address and labels.
 *
 * @param pattern an address in which {@code *} stands for one name and a last {@code **} for that agent and everything
 *     below
 * @param labels labels that an agent must have, with these values
 * @since 0.1
 */
public record AgentSelector(String pattern, Map<String, String> labels) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if no address can match the pattern
     */
    public AgentSelector {
        checkPattern(pattern);
        labels = Map.copyOf(labels);
    }

    /** {@return every agent} */
    public static AgentSelector all() {
        return new AgentSelector("**", Map.of());
    }

    /** {@return the agents whose address matches} */
    public static AgentSelector matching(String pattern) {
        return new AgentSelector(pattern, Map.of());
    }

    /** {@return the agents with this label} */
    public static AgentSelector label(String key, String value) {
        return new AgentSelector("**", Map.of(key, value));
    }

    /** What no address can match is a slip, and would pick nothing without a word. */
    private static void checkPattern(String pattern) {
        if (pattern.equals("**")) {
            return;
        }
        String names = pattern.endsWith("/**") ? pattern.substring(0, pattern.length() - 3) : pattern;
        try {
            Address.of(Arrays.stream(names.split("/", -1))
                    .map(name -> name.equals("*") ? "any" : name)
                    .collect(Collectors.joining("/")));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "an address pattern is names, '*' for one of them, or '**' at the end: '" + pattern + "'", e);
        }
    }

    /** {@return whether an agent of this address with these labels is picked} */
    public boolean matches(String path, Map<String, String> itsLabels) {
        return matchesPath(path) && itsLabels.entrySet().containsAll(labels.entrySet());
    }

    private boolean matchesPath(String path) {
        if (pattern.equals("**")) {
            return true;
        }
        String[] wanted = pattern.split("/", -1);
        String[] names = path.split("/", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("**") && i == wanted.length - 1) {
                return names.length >= i;
            }
            if (i >= names.length || (!wanted[i].equals("*") && !wanted[i].equals(names[i]))) {
                return false;
            }
        }
        return names.length == wanted.length;
    }
}
