@NullMarked
package dev.agentos.runtime.store;

import org.jspecify.annotations.NullMarked;
