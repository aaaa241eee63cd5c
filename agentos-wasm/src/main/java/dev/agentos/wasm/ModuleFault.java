package dev.agentos.wasm;

/** What is wrong with the bytes of a module; becomes an {@link InvalidModuleException} where the tool's name is known. */
final class ModuleFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModuleFault(String problem) {
        super(problem);
    }
}
