package dev.agentos.api.security;

import java.util.List;

/**
 * What was attempted, decided and done. Thread-safe.
 *
 * @since 0.1
 */
public interface ActionLog {
    /** {@return the records that match and are still kept, oldest first} */
    List<ActionRecord> find(ActionQuery query);

    /** {@return the number of the newest record; 0 if there is none} */
    long lastSequence();
}
