package dev.agentos.cli.rpc;

import dev.agentos.api.json.JsonValue;

/** What one peer can call. Calls come on threads of their own, several at a time; each is interrupted if its peer goes. */
@FunctionalInterface
public interface Methods {
    /**
     * Answers a call.
     *
     * @throws Failure what the peer is told
     * @throws Exception what is logged; the peer learns only that something went wrong inside
     */
    JsonValue call(RpcCall call) throws Exception;
}
