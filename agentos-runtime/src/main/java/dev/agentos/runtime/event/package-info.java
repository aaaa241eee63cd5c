/** The events of a runtime on their way to listeners, streams and the history. Not exported. */
@NullMarked
package dev.agentos.runtime.event;

import org.jspecify.annotations.NullMarked;
