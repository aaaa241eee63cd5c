/** The smallest program with an agent. */
@NullMarked
package dev.agentos.examples.hello;

import org.jspecify.annotations.NullMarked;
