package dev.agentos.runtime.memory;

import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.gate.Gate;
import java.util.function.Supplier;

/**
 * What memories need of a runtime.
 *
 * @param json asked when the first value is converted
 * @param isPersistent whether the store outlives the program
 * @param followsTaint whether anything asks for the taint of a turn, so that what was read has to be looked at
 */
public record Surroundings(
        Gate gate,
        Storage storage,
        boolean isPersistent,
        TimeSource time,
        Supplier<JsonProvider> json,
        Facts facts,
        Residents residents,
        boolean followsTaint) {}
