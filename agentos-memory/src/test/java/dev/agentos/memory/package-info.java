@NullMarked
package dev.agentos.memory;

import org.jspecify.annotations.NullMarked;
