package dev.agentos.json;

import dev.agentos.api.error.JsonException;
import org.jspecify.annotations.Nullable;

/** A value that does not fit. Learns where it is on its way up, so that a value that fits costs no bookkeeping. */
final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private String pointer = "";

    Mismatch(String problem, @Nullable Throwable cause) {
        super(problem, cause, false, false);
    }

    /** Says that the value is inside this member or element. */
    Mismatch within(String step) {
        pointer = Pointers.step(step) + pointer;
        return this;
    }

    /** Returns this as the exception of the API. */
    JsonException toJsonException() {
        String place = pointer.isEmpty() ? "" : pointer + ": ";
        return new JsonException(0, place + getMessage(), getCause() == null ? this : getCause());
    }
}
