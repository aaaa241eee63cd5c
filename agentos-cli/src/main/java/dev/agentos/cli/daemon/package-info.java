/** The daemon: a runtime behind a socket. No command but {@code run} loads it. */
@NullMarked
package dev.agentos.cli.daemon;

import org.jspecify.annotations.NullMarked;
