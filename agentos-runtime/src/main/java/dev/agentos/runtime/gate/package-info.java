/** The gate that every action crosses, and what it needs: tools, limits, records, events. Not exported. */
@NullMarked
package dev.agentos.runtime.gate;

import org.jspecify.annotations.NullMarked;
