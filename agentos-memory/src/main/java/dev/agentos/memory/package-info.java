/** Storage on disk: one SQLite file, one writer that groups commits, a few readers, all on platform threads of their own. */
@NullMarked
package dev.agentos.memory;

import org.jspecify.annotations.NullMarked;
