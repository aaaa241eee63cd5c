package dev.agentos.cli;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.cli.rpc.Codes;

/** How a command ends. Part of the contract with scripts. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NO_DAEMON = 3;
    static final int DENIED = 4;

    private ExitCode() {}

    /** The exit code for the code of a failure. */
    static int of(String code) {
        if (code.equals(ErrorCode.DENIED.name())) {
            return DENIED;
        }
        if (code.equals(ErrorCode.CAPABILITY_INVALID.name())) {
            return USAGE;
        }
        return switch (code) {
            case Codes.USAGE, Codes.PARAMS_INVALID -> USAGE;
            case Codes.NO_DAEMON -> NO_DAEMON;
            default -> FAILED;
        };
    }
}
