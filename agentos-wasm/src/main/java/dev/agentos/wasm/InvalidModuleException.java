package dev.agentos.wasm;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.ErrorCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file is no WebAssembly module that can be a tool: malformed, beyond a bound, or in want of what nobody offers. The
 * message names the tool and the fault; nothing of the module ran.
 *
 * @since 0.3
 */
public final class InvalidModuleException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final String tool;

    /** Names the fault. */
    InvalidModuleException(String tool, String problem, @Nullable Throwable cause) {
        super(ErrorCode.SPEC_INVALID, "the module of tool '" + tool + "': " + problem, cause);
        this.tool = Objects.requireNonNull(tool, "tool");
    }

    /** {@return the name of the tool that it was to be} */
    public String tool() {
        return tool;
    }
}
