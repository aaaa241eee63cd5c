package dev.agentos.wasm;

/** Ends a function of WASI with an error number, which the guest sees and may live with. */
final class WasiError extends RuntimeException {
    static final int BAD_DESCRIPTOR = 8;
    static final int EXISTS = 20;
    static final int INVALID = 28;
    static final int IS_FOLDER = 31;
    static final int TOO_MANY_OPEN = 33;
    static final int NAME_TOO_LONG = 37;
    static final int NO_ENTRY = 44;
    static final int NO_SPACE = 51;
    static final int NO_FOLDER = 54;
    static final int NOT_EMPTY = 55;
    static final int NOT_SUPPORTED = 58;
    static final int NOT_PERMITTED = 63;
    static final int NOT_SEEKABLE = 70;
    /** What lies outside of the folder that a path is relative to. */
    static final int NOT_CAPABLE = 76;

    private static final long serialVersionUID = 1L;

    private final int number;

    /** Takes no stack trace: a guest can have as many of these as it likes. */
    WasiError(int number) {
        super("WASI error " + number, null, false, false);
        this.number = number;
    }

    int number() {
        return number;
    }
}
