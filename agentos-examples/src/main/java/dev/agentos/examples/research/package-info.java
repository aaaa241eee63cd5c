/** Agents that share what they remember, as far as their grants go. */
@NullMarked
package dev.agentos.examples.research;

import org.jspecify.annotations.NullMarked;
