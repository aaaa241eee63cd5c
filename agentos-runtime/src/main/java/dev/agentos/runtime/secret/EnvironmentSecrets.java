package dev.agentos.runtime.secret;

import dev.agentos.api.spi.SecretProvider;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Secrets in the environment of the program: {@code desk/api-key} is the variable {@code DESK__API_KEY} after a prefix. Only
 * names of lower case letters, digits and single hyphens, so that no two share a variable. Thread-safe.
 */
public final class EnvironmentSecrets implements SecretProvider {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*");

    private final String prefix;
    private final Map<String, String> environment;

    /**
     * Takes the environment.
     *
     * @param prefix of the variables that are secrets, such as {@code AGENTOS_SECRET_}
     * @throws IllegalArgumentException if the prefix is empty: any variable could be read by its name
     */
    public EnvironmentSecrets(String prefix, Map<String, String> environment) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("the variables that are secrets need a prefix");
        }
        this.prefix = prefix;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Optional<String> resolve(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        String variable = prefix + name.replace("/", "__").replace('-', '_').toUpperCase(Locale.ROOT);
        return Optional.ofNullable(environment.get(variable));
    }
}
