/** An agent that looks after a machine, with exactly the rights that this takes. */
@NullMarked
package dev.agentos.examples.ops;

import org.jspecify.annotations.NullMarked;
