package dev.agentos.runtime;

import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SpecFileProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/** Where specs come from that are not written in Java. */
final class SpecSource {
    private final Map<String, Function<Map<String, ?>, AgentSpec>> templates;

    SpecSource(Settings settings) {
        this.templates = new TreeMap<>(settings.templates());
    }

    AgentSpec load(Path file, Map<String, ?> params) {
        return Providers.only(SpecFileProvider.class).read(file, Map.copyOf(params), this::make);
    }

    AgentSpec template(String name, Map<String, ?> params) {
        try {
            return make(name, params);
        } catch (AgentOsException e) {
            throw e;
        } catch (RuntimeException e) {
            var refused = new InvalidSpecException("template '" + name + "'", 0, "", String.valueOf(e.getMessage()));
            refused.addSuppressed(e);
            throw refused;
        }
    }

    private AgentSpec make(String name, Map<String, ?> params) {
        var template = templates.get(Objects.requireNonNull(name, "name"));
        if (template == null) {
            throw new InvalidSpecException("template '" + name + "'", 0, "", "there is none; there are " + templates());
        }
        return Objects.requireNonNull(template.apply(Map.copyOf(params)), "the template returned null");
    }

    List<String> templates() {
        return List.copyOf(templates.keySet());
    }
}
