package dev.agentos.runtime;

import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.json.JsonValue;
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
    private static final String FILE = "file";
    private static final String NAME = "name";
    private static final String PARAMS = "params";
    private static final String TEMPLATE = "template";

    private final Map<String, Function<Map<String, ?>, AgentSpec>> templates;

    SpecSource(Settings settings) {
        this.templates = new TreeMap<>(settings.templates());
    }

    AgentSpec load(Path file, Map<String, ?> params) {
        SpecFileProvider reader = Providers.only(SpecFileProvider.class);
        String text = reader.text(file);
        AgentSpec spec =
                reader.parse(new SpecFileProvider.Source(file.toString(), text), Map.copyOf(params), this::make);
        return withOrigin(spec, Map.of(FILE, text, NAME, file.toString(), PARAMS, params));
    }

    AgentSpec template(String name, Map<String, ?> params) {
        return withOrigin(made(name, params), Map.of(TEMPLATE, name, PARAMS, params));
    }

    /**
     * Makes a spec again, as it was: what its file says by now does not matter.
     *
     * @throws InvalidSpecException if that is not possible any more
     */
    AgentSpec again(JsonValue origin) {
        @SuppressWarnings("unchecked") // an object it was, and is
        var params = (Map<String, ?>) Objects.requireNonNull(origin.at(PARAMS).toJava());
        var plain = new TreeMap<String, Object>();
        params.forEach((key, value) -> {
            if (value != null) {
                plain.put(key, value);
            }
        });
        if (origin.asObject().has(TEMPLATE)) {
            return made(origin.at(TEMPLATE).text(), plain);
        }
        var source = new SpecFileProvider.Source(
                origin.at(NAME).text(), origin.at(FILE).text());
        return Providers.only(SpecFileProvider.class).parse(source, plain, this::make);
    }

    /** Parameters that JSON cannot carry have no origin: whoever spawns such a durable agent spawns it again. */
    private static AgentSpec withOrigin(AgentSpec spec, Map<String, ?> origin) {
        try {
            return spec.toBuilder().origin(JsonValue.of(origin)).build();
        } catch (IllegalArgumentException noJson) {
            return spec;
        }
    }

    private AgentSpec made(String name, Map<String, ?> params) {
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
