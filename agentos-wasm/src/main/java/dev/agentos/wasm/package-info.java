/**
 * Tools that are WebAssembly modules. {@link dev.agentos.wasm.WasmTool} makes one of a {@code .wasm} file; what the module
 * may ask of its host is granted by capabilities, and what it does beyond computing crosses the gate.
 */
@NullMarked
package dev.agentos.wasm;

import org.jspecify.annotations.NullMarked;
