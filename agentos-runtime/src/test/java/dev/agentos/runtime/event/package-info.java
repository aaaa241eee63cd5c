@NullMarked
package dev.agentos.runtime.event;

import org.jspecify.annotations.NullMarked;
