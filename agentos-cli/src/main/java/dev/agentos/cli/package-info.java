/** {@code agent-os}: the command line. A client loads neither the runtime nor a logging framework. */
@NullMarked
package dev.agentos.cli;

import org.jspecify.annotations.NullMarked;
