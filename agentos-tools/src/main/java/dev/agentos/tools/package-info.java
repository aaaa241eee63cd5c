/** The provider of the built-in tools. */
@NullMarked
package dev.agentos.tools;

import org.jspecify.annotations.NullMarked;
