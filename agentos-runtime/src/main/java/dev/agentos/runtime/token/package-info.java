/** Tokens for other processes: minted from grants, verified, imported into grants. */
@NullMarked
package dev.agentos.runtime.token;

import org.jspecify.annotations.NullMarked;
