package dev.agentos.cli.rpc;

import dev.agentos.api.json.JsonObject;
import java.io.IOException;

/** One call, as the method that answers it sees it. */
public interface RpcCall {
    /** {@return the name of the method} */
    String method();

    /** {@return the parameters by name} */
    JsonObject params();

    /**
     * Sends a notification about this call to whoever made it; its parameters begin with {@code call}, the id of the call.
     *
     * @throws IOException if the caller has gone
     */
    void tell(String method, JsonObject params) throws IOException;
}
