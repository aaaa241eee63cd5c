/** Keys that sign: Ed25519 in memory or in a file, and P-256 in hardware. */
@NullMarked
package dev.agentos.security.key;

import org.jspecify.annotations.NullMarked;
