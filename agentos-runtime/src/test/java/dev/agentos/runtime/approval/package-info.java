@NullMarked
package dev.agentos.runtime.approval;

import org.jspecify.annotations.NullMarked;
