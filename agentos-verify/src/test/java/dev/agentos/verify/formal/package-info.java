/** The models in {@code formal/}, run and compared with the code. */
@NullMarked
package dev.agentos.verify.formal;

import org.jspecify.annotations.NullMarked;
