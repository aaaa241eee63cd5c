package dev.agentos.wasm;

/** Carries what a host function threw through the engine. */
final class HostFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Exception thrown;

    HostFailure(Exception thrown) {
        super(thrown);
        this.thrown = thrown;
    }

    Exception thrown() {
        return thrown;
    }
}
