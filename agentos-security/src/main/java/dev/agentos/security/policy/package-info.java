/** Rules of the house above all grants. */
@NullMarked
package dev.agentos.security.policy;

import org.jspecify.annotations.NullMarked;
