package dev.agentos.wasm;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.tool.ToolResult;

/** Ends a call of a module: a trap, a limit, or a promise that it did not keep. The module cannot catch it. */
final class GuestFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    GuestFault(ErrorCode code, String problem) {
        super(problem);
        this.code = code;
    }

    static GuestFault of(String problem) {
        return new GuestFault(ErrorCode.TOOL_FAILED, problem);
    }

    /** The engine says most traps by its own exceptions, and some by those of arrays and casts. */
    static GuestFault trapped(Throwable trap) {
        String message = trap.getMessage();
        return of("it trapped: " + (message == null ? trap.getClass().getSimpleName() : message));
    }

    /** {@return the same with what the program said before} */
    GuestFault with(GuestErrors errors) {
        return new GuestFault(code, errors.behind(String.valueOf(getMessage())));
    }

    ToolResult.Failed toResult() {
        return new ToolResult.Failed("the module failed: " + getMessage(), code);
    }
}
