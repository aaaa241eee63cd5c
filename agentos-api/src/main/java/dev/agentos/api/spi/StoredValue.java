package dev.agentos.api.spi;

import dev.agentos.api.json.JsonValue;
import java.util.Objects;

/**
 * A payload or an event's data that a store could not make again when it was read: its class cannot be loaded, has changed, or has no
 * JSON form. Reads of history meet it where a live listener met the record itself.
 *
 * @param type name of the class that it had
 * @param value what was kept of it: its JSON; a string with its text if it had none
 * @since 0.1
 */
public record StoredValue(String type, JsonValue value) {
    /** Checks that nothing is missing. */
    public StoredValue {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(value, "value");
    }
}
