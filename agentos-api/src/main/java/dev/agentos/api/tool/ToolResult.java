package dev.agentos.api.tool;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.Providers;
import java.util.Objects;

/**
 * What came of a tool call.
 *
 * @since 0.1
 */
public sealed interface ToolResult {
    /** {@return what to show a model or a person, whatever happened} */
    String text();

    /**
     * The tool did it.
     *
     * @param confinement how the code that did it was confined
     */
    record Ok(String text, JsonValue value, Confinement confinement) implements ToolResult {
        /** Checks that nothing is missing. */
        public Ok {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(confinement, "confinement");
        }

        /** {@return a result of trusted code in this JVM whose text is the value as JSON, or the string itself} */
        public static Ok of(JsonValue value) {
            return new Ok(value instanceof JsonString(var text) ? text : value.toString(), value, Confinement.NONE);
        }

        /**
         * Returns the value as a Java type: a record, a list, a number…
         *
         * @throws dev.agentos.api.error.JsonException if it does not fit
         */
        public <R> R as(Class<R> type) {
            return Providers.json().fromJson(value, type);
        }
    }

    /** The tool did not do it. */
    record Failed(String text, ErrorCode code) implements ToolResult {
        /** Checks that nothing is missing. */
        public Failed {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(code, "code");
        }
    }

    /**
     * The gate refused.
     *
     * @param missing the capability that would have allowed it, in text form
     */
    record Denied(String text, Action action, String missing) implements ToolResult {
        /** Checks that nothing is missing. */
        public Denied {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(action, "action");
            Objects.requireNonNull(missing, "missing");
        }
    }
}
