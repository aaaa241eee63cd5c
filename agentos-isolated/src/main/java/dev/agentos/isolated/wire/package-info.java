/** What crosses between this JVM and the process of an agent, for both sides. */
@NullMarked
package dev.agentos.isolated.wire;

import org.jspecify.annotations.NullMarked;
