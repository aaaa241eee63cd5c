package dev.agentos.security.key;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a provider of keys was told. */
final class KeySettings {
    private KeySettings() {}

    static void requireKnown(String provider, Map<String, String> settings, Set<String> known) {
        for (String name : settings.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "a key of '" + provider + "' has no setting '" + name + "'; it has " + new TreeSet<>(known));
            }
        }
    }

    static String required(String provider, Map<String, String> settings, String name) {
        String value = settings.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("a key of '" + provider + "' needs the setting '" + name + "'");
        }
        return value;
    }
}
