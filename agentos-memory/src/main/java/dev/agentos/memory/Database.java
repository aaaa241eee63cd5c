package dev.agentos.memory;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of a store share.
 *
 * @param file null in memory
 * @param connections how each of them gets its own
 */
record Database(@Nullable Path file, Connections connections, Rows codec, Faults faults, Health health) {}
