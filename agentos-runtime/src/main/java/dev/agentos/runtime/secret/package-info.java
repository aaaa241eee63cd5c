/** Secrets: what stands for them in arguments, where they come from, and how they are kept out of everything else. */
@NullMarked
package dev.agentos.runtime.secret;

import org.jspecify.annotations.NullMarked;
