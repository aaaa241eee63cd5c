/** Code that means harm, what it tries, and what stops it. */
@NullMarked
package dev.agentos.examples.untrusted;

import org.jspecify.annotations.NullMarked;
