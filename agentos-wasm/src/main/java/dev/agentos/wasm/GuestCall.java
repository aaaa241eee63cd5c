package dev.agentos.wasm;

import dev.agentos.api.tool.ToolContext;
import java.time.Instant;

/**
 * One call of a module, as its host functions see it.
 *
 * @param tool its name
 * @param time what its clock shows: it stands still, so that equal calls compute equal results and nothing can be timed
 * @param random what it gets instead of chance: the same for each repetition of the call
 */
record GuestCall(
        String tool,
        ToolContext context,
        WasmLimits limits,
        Meter meter,
        Instant time,
        SeededBytes random,
        GuestLog log) {
    static GuestCall of(String tool, ToolContext context, WasmLimits limits) {
        return new GuestCall(
                tool,
                context,
                limits,
                new Meter(limits),
                context.clock().instant(),
                SeededBytes.of(tool, context.idempotencyKey()),
                new GuestLog(tool, context.principal()));
    }
}
