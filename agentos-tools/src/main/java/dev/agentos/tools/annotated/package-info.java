/** Tools made of annotated methods. */
@NullMarked
package dev.agentos.tools.annotated;

import org.jspecify.annotations.NullMarked;
