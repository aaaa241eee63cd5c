/**
 * JSON as values: what tools take and return, what is stored and what leaves the process.
 *
 * <p>The model is closed and immutable and has no parser; text is read by a {@code JsonProvider}.
 *
 * @since 0.1
 */
@NullMarked
package dev.agentos.api.json;

import org.jspecify.annotations.NullMarked;
