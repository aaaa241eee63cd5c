/** Everything that the library throws: unchecked, typed, with a stable {@link dev.agentos.api.error.ErrorCode}. */
@NullMarked
package dev.agentos.api.error;

import org.jspecify.annotations.NullMarked;
