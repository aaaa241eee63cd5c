package dev.agentos.runtime.gate;

import dev.agentos.api.spi.StoredRow;

/** The turn of a durable agent that runs now: it runs again from its start if it does not come to its end. Thread-safe. */
public interface DurableTurn {
    /** {@return the same text whenever this turn runs again, and no other turn's} */
    String name();

    /** {@return how often it has come to the same thing by now, this time included} */
    int occurrence(String what);

    /** Adds what is stored with the turn when it ends. */
    void add(StoredRow row);

    /** Has something done once the turn is stored: it is quick, and does not block. */
    void whenCommitted(Runnable after);
}
