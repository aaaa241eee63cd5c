/** What actors see of the store as their memory: every call crosses the gate, and waits where the scheduler can see it. */
@NullMarked
package dev.agentos.runtime.memory;

import org.jspecify.annotations.NullMarked;
