/** Reads agents from files; found by ServiceLoader, not exported. */
@NullMarked
package dev.agentos.json.spec;

import org.jspecify.annotations.NullMarked;
