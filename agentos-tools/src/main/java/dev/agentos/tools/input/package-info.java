/** Input of the built-in tools: what their schemas say and how arguments are read. */
@NullMarked
package dev.agentos.tools.input;

import org.jspecify.annotations.NullMarked;
