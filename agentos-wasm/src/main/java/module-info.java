/** WebAssembly modules as tools: interpreted in this JVM, confined to what they are handed. */
@org.jspecify.annotations.NullMarked
module dev.agentos.wasm {
    requires static org.jspecify;
    requires transitive dev.agentos.api;
    requires org.slf4j;
    requires run.endive.runtime;
    requires run.endive.wasm;

    exports dev.agentos.wasm;
}
