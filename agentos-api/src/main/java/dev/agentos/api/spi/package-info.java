/** What implementation modules provide; a program that only uses agents needs nothing of it. */
@NullMarked
package dev.agentos.api.spi;

import org.jspecify.annotations.NullMarked;
