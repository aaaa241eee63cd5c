/** Tools: what an agent can invoke, described by a JSON Schema and checked before anything runs. */
@NullMarked
package dev.agentos.api.tool;

import org.jspecify.annotations.NullMarked;
