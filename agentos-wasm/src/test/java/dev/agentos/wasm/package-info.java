/** Tests of modules as tools; the modules themselves are in {@code src/test/wat}. */
@NullMarked
package dev.agentos.wasm;

import org.jspecify.annotations.NullMarked;
