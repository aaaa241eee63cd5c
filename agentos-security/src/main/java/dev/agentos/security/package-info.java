/** The authority that mints, checks and revokes grants, and the sandboxes that processes run in. */
@NullMarked
package dev.agentos.security;

import org.jspecify.annotations.NullMarked;
