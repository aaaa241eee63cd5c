/** Processes in namespaces of their own, made by bubblewrap. */
@NullMarked
package dev.agentos.security.sandbox.bubblewrap;

import org.jspecify.annotations.NullMarked;
