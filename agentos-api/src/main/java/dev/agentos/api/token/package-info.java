/** Capabilities for other processes: signed tokens, the keys that sign them, and requests that only a token's holder can make. */
@NullMarked
package dev.agentos.api.token;

import org.jspecify.annotations.NullMarked;
