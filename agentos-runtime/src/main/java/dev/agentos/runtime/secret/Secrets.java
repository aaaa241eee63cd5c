package dev.agentos.runtime.secret;

import dev.agentos.api.error.SecretException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.SecretProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The secrets of one runtime. Keeps none: providers are asked each time, in their order. Thread-safe. */
public final class Secrets {
    /** Shorter ones could not be told from other text, so nothing could be cleaned of them. */
    static final int LEAST = 8;

    private final List<SecretProvider> providers;

    /** Takes the providers. */
    public Secrets(List<SecretProvider> providers) {
        this.providers = List.copyOf(providers);
    }

    /** Arguments with secrets in them, and what cleans everything else of these. */
    public record Filled(JsonObject arguments, Scrubber scrubber) {}

    /**
     * Puts secrets in place of the references to them.
     *
     * @param names those that the arguments refer to
     * @throws SecretException if one cannot be had
     */
    public Filled fill(JsonObject arguments, Set<String> names) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : names) {
            values.put(name, resolve(name));
        }
        return new Filled(
                SecretArguments.filled(arguments, name -> Objects.requireNonNull(values.get(name), name)),
                Scrubber.of(values));
    }

    private String resolve(String name) {
        for (SecretProvider provider : providers) {
            Optional<String> found = ask(provider, name);
            if (found.isPresent()) {
                return usable(name, found.get());
            }
        }
        throw new SecretException(
                name, providers.isEmpty() ? "this runtime has no secrets" : "no provider knows a secret of that name");
    }

    private static Optional<String> ask(SecretProvider provider, String name) {
        try {
            return provider.resolve(name);
        } catch (SecretException known) {
            throw known;
        } catch (RuntimeException e) {
            // Not even as the cause: its message is printed with it.
            throw new SecretException(
                    name, "its provider failed: " + e.getClass().getName());
        }
    }

    private static String usable(String name, String secret) {
        if (secret.length() < LEAST) {
            throw new SecretException(
                    name, "it has fewer than " + LEAST + " characters, and could not be kept out of results");
        }
        return secret;
    }
}
