package dev.agentos.memory;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of a store share.
 *
 * @param file null if it is not one file: in memory, on a server
 * @param connections how each of them gets its own
 */
record Database(
        @Nullable Path file, Dialect dialect, Connections connections, Rows codec, Faults faults, Health health) {}
