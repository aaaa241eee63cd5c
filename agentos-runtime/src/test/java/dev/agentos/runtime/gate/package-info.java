@NullMarked
package dev.agentos.runtime.gate;

import org.jspecify.annotations.NullMarked;
