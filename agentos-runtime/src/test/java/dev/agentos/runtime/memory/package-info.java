/** Tests of memories over a store that stands in for the database. */
@NullMarked
package dev.agentos.runtime.memory;

import org.jspecify.annotations.NullMarked;
