/** What agents say to each other: immutable values, addressed by name. */
@NullMarked
package dev.agentos.api.message;

import org.jspecify.annotations.NullMarked;
