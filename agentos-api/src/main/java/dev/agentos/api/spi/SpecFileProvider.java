package dev.agentos.api.spi;

import dev.agentos.api.AgentSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the definition of an agent from a file; the spec is the same that the builder makes. Thread-safe.
 *
 * @since 0.1
 */
public interface SpecFileProvider extends NamedProvider {
    /**
     * Reads one file.
     *
     * @param params replace or add to the parameters of the file
     * @param templates makes the specs of the templates that the file names
     * @throws dev.agentos.api.error.InvalidSpecException naming file, line, field, and what was expected
     */
    default AgentSpec read(Path file, Map<String, ?> params, TemplateLookup templates) {
        return parse(new Source(file.toString(), text(file)), params, templates);
    }

    /**
     * Returns the text of a file, which {@link #parse} reads.
     *
     * @throws dev.agentos.api.error.InvalidSpecException if it cannot be read
     */
    String text(Path file);

    /**
     * Reads the text of a file; otherwise like {@link #read}. So a durable agent is made again from what its file said.
     *
     * @throws dev.agentos.api.error.InvalidSpecException naming file, line, field, and what was expected
     */
    AgentSpec parse(Source source, Map<String, ?> params, TemplateLookup templates);

    /**
     * The text of a file.
     *
     * @param name the file's, which says what is in it
     */
    record Source(String name, String text) {
        /** Checks that nothing is missing. */
        public Source {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(text, "text");
        }
    }

    /** The templates of a runtime. */
    @FunctionalInterface
    interface TemplateLookup {
        /**
         * Returns the spec that a template makes of these parameters.
         *
         * @throws dev.agentos.api.error.InvalidSpecException if there is no such template
         * @throws IllegalArgumentException if the template refuses the parameters
         */
        AgentSpec make(String template, Map<String, ?> params);
    }
}
