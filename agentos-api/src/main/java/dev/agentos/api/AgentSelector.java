package dev.agentos.api;

import java.util.Map;
import java.util.Objects;

/**
 * Picks agents by address and labels.
 *
 * @param pattern an address in which {@code *} stands for one name and a last {@code **} for that agent and everything
 *     below
 * @param labels labels that an agent must have, with these values
 * @since 0.1
 */
public record AgentSelector(String pattern, Map<String, String> labels) {
    /** Checks and copies. */
    public AgentSelector {
        Objects.requireNonNull(pattern, "pattern");
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
