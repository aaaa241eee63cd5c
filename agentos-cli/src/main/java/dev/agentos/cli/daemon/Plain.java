package dev.agentos.cli.daemon;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.StoredValue;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What comes from the runtime, as the other side of a socket can take it. */
final class Plain {
    private Plain() {}

    /** {@return a value as JSON; as its text if JSON cannot say it: its type is no reason to lose the rest} */
    static JsonValue json(@Nullable Object value) {
        if (value instanceof StoredValue(var _, JsonValue kept)) {
            return kept;
        }
        try {
            return Providers.json().toJson(value);
        } catch (JsonException e) {
            return new JsonString(String.valueOf(value));
        }
    }

    /** Calls the runtime with what somebody wrote: what it does not understand is their mistake and not the daemon's. */
    static <T> T checked(Supplier<T> call) {
        try {
            return call.get();
        } catch (IllegalArgumentException e) {
            throw new Failure(Codes.PARAMS_INVALID, String.valueOf(e.getMessage()));
        }
    }

    /** {@return what is read when the store is closed, since the daemon stops; any other problem is thrown} */
    static <T> T orIfClosed(StorageException e, T otherwise) {
        if (e.problem() == StorageException.Problem.CLOSED) {
            return otherwise;
        }
        throw e;
    }
}
