package dev.agentos.cli.daemon;

import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.RpcCall;

/** Answers the calls of one method. */
@FunctionalInterface
interface Handler {
    JsonObject handle(RpcCall call) throws Exception;
}
