/** The kernel: agents, their lives, their mail, and who watches over whom. */
@NullMarked
package dev.agentos.runtime;

import org.jspecify.annotations.NullMarked;
