/** Storage in memory: what a runtime keeps when nothing else is asked for. */
@NullMarked
package dev.agentos.runtime.store;

import org.jspecify.annotations.NullMarked;
